// Rectangles are dragged over the picture; each becomes a tick box of the form, which can be unticked or undone.
// Without this, squares and numbers do the same.
const MOVED_PX = 6; // less is a press on a square
const LEAST = 0.5; // percent
const NAMES = ["left", "top", "width", "height"];
const SVG = "http://www.w3.org/2000/svg";
const [frame, marks, drawn, undo, said] = ["cover", "marks", "drawn", "undo", "said"].map((id) =>
  document.getElementById(id),
);
let from = null;
let drag = null;
let count = drawn.children.length;

function within(event) {
  const box = frame.getBoundingClientRect();
  const percent = (at, start, extent) => Math.min(100, Math.max(0, (100 * (at - start)) / extent));
  return [percent(event.clientX, box.left, box.width), percent(event.clientY, box.top, box.height)];
}

function between([x1, y1], [x2, y2]) {
  const numbers = [Math.min(x1, x2), Math.min(y1, y2), Math.abs(x1 - x2), Math.abs(y1 - y2)];
  return numbers.map((number) => Math.round(100 * number) / 100);
}

function draw([x, y, width, height], rectangle = document.createElementNS(SVG, "rect")) {
  for (const [name, value] of Object.entries({ x, y, width, height })) rectangle.setAttribute(name, value);
  marks.append(rectangle);
  return rectangle;
}

function follow(box, rectangle) {
  box.addEventListener("change", () => rectangle.toggleAttribute("hidden", !box.checked));
  box.rectangle = rectangle;
}

function keep(numbers, rectangle) {
  count += 1;
  const item = document.createElement("div");
  item.className = "govuk-checkboxes__item";
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", name: "rectangle", value: numbers.join(" "), checked: true });
  Object.assign(box, { id: `rectangle-${count}`, className: "govuk-checkboxes__input" });
  const label = document.createElement("label");
  Object.assign(label, { htmlFor: box.id, className: "govuk-label govuk-checkboxes__label" });
  label.textContent = NAMES.reduce((text, name, at) => text.replace(`{${name}}`, numbers[at]), drawn.dataset.label);
  item.append(box, label);
  drawn.append(item);
  follow(box, rectangle);
  said.textContent = said.dataset.added + label.textContent;
  show();
}

function show() {
  const none = drawn.children.length === 0;
  document.getElementById("drawn-rectangles").hidden = none;
  undo.hidden = none;
}

frame.addEventListener("pointerdown", (event) => {
  if (event.isPrimary && event.button === 0) from = { at: within(event), x: event.clientX, y: event.clientY };
});
frame.addEventListener("pointermove", (event) => {
  if (!from || !event.isPrimary) return;
  if (!drag && Math.hypot(event.clientX - from.x, event.clientY - from.y) < MOVED_PX) return;
  // Only now: a press that was captured would never reach its square.
  if (!drag) frame.setPointerCapture(event.pointerId);
  drag = draw(between(from.at, within(event)), drag ?? undefined);
});
frame.addEventListener("pointerup", (event) => {
  if (drag) {
    const numbers = between(from.at, within(event));
    if (numbers[2] >= LEAST && numbers[3] >= LEAST) keep(numbers, drag);
    else drag.remove();
  }
  from = null;
  // The click that ends a drag comes after this, and must tick no square.
  setTimeout(() => (drag = null));
});
frame.addEventListener("pointercancel", () => {
  drag?.remove();
  from = drag = null;
});
frame.addEventListener("click", (event) => drag && event.preventDefault(), { capture: true });
undo.addEventListener("click", () => {
  const last = drawn.lastElementChild;
  last.querySelector("input").rectangle.remove();
  last.remove();
  said.textContent = said.dataset.undone;
  show();
});

for (const box of drawn.querySelectorAll("input")) follow(box, draw(box.value.split(" ").map(Number)));
const hint = document.getElementById("square-hint");
hint.textContent = `${hint.dataset.drag} ${hint.textContent}`;
frame.classList.add("ns-cover__frame--drag");
show();
