// Elements as values: h("p", { class: "lead" }, "text", h("b", {}, "bold")).
const SVG = "http://www.w3.org/2000/svg";

export const h = (name, attributes = {}, ...children) => filled(document.createElement(name), attributes, children);
export const s = (name, attributes = {}, ...children) =>
  filled(document.createElementNS(SVG, name), attributes, children);

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let made = 0;
const nextId = () => `e${(made += 1)}`;

export const link = (href, text, kind = "link") => h("a", { href, class: kind }, text);
export const button = (text, onclick, kind = "button", attributes = {}) =>
  h("button", { type: "button", class: kind, onclick: guarded(onclick, false), ...attributes }, text);

/** `act` a single time, because it leaves the screen; again only where it failed. */
export const once = (act) => guarded(act, true);

/** `act` but for touches while it is at it; with `leaves`, but for those after it as well. */
function guarded(act, leaves) {
  let busy = false;
  return async (event) => {
    if (busy) return;
    busy = true;
    try {
      await act(event);
      busy = leaves;
    } catch (reason) {
      busy = false;
      throw reason;
    }
  };
}

/** A field with its label above it, a hint, and room for what is wrong with it. */
export function field({ label, hint, name, ...attributes }, tag = "input") {
  const id = nextId();
  const described = hint ? `${id}-hint` : null;
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    hint ? h("p", { class: "hint", id: described }, hint) : null,
    h(tag, { id, name, "aria-describedby": described, ...attributes }),
  );
}

/** Large choices of which one (radio) or several (checkbox) are chosen; `onchange(value, isChosen)` at once. */
export function choices({ legend, name, type = "radio", options, chosen, hint, onchange, wide = false, heading }) {
  return h(
    "fieldset",
    {},
    h("legend", {}, heading ? h("h2", {}, legend) : legend),
    hint ? h("p", { class: "hint" }, hint) : null,
    h(
      "div",
      { class: wide ? "choices wide" : "choices" },
      options.map(([value, text]) => {
        const checked = type === "radio" ? chosen === value : chosen.includes(value);
        const change = (event) => onchange(value, event.target.checked);
        const input = h("input", { id: `${name}-${value}`, type, name, checked, onchange: change });
        input.value = value;
        return h("label", { class: "choice" }, input, h("span", {}, text));
      }),
    ),
  );
}

/** A number with large buttons beside it. */
export function stepper({ label, value, least, most, less, more, onchange }) {
  const shown = h("output", { class: "number", "aria-live": "polite" }, String(value));
  const change = (by) => () => {
    value = Math.min(most, Math.max(least, value + by));
    shown.textContent = String(value);
    onchange(value);
  };
  return h(
    "div",
    { class: "stepper", role: "group", "aria-label": label },
    h("span", { class: "label", "aria-hidden": "true" }, label),
    h("button", { type: "button", "aria-label": less, onclick: change(-1) }, "−"),
    shown,
    h("button", { type: "button", "aria-label": more, onclick: change(1) }, "+"),
  );
}

/** Something to say at once; heard by screen readers too. */
export const alertBox = (text) => h("p", { class: "alert", role: "alert" }, text);
export const notice = (...children) => h("div", { class: "notice" }, ...children);

/** Hand files to whoever uses the phone: to its share sheet where that takes them, else as downloads. */
export async function giveFiles(files) {
  if (navigator.canShare?.({ files }) && matchMedia("(pointer: coarse)").matches) {
    try {
      await navigator.share({ files });
      return true;
    } catch (reason) {
      if (reason.name === "AbortError") return false;
    }
  }
  files.forEach(download);
  return true;
}

function download(file) {
  const url = URL.createObjectURL(file);
  h("a", { href: url, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}
