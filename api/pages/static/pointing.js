// A press on the sketch fills in the grid reference there; the page works without it, by writing a position.
const frame = document.getElementById("pointing");
const map = frame?.querySelector("svg[data-west]");
const field = document.getElementById("position");

// The Ordnance Survey's letters for squares of 100 km, in rows from the north-west; there is no I.
const LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ";

function gridReference(east, north) {
  const column = Math.floor(east / 100000);
  const row = Math.floor(north / 100000);
  const large = 5 * (3 - Math.floor(row / 5)) + 2 + Math.floor(column / 5);
  const small = 5 * (4 - (row % 5)) + (column % 5);
  const digits = (metres) => String(Math.floor(metres % 100000)).padStart(5, "0");
  return `${LETTERS[large]}${LETTERS[small]} ${digits(east)} ${digits(north)}`;
}

function mark(at) {
  const svg = "http://www.w3.org/2000/svg";
  const cross = map.querySelector("#chosen") ?? document.createElementNS(svg, "path");
  cross.setAttribute("id", "chosen");
  cross.setAttribute("d", `M${at.x - 12} ${at.y}h24M${at.x} ${at.y - 12}v24`);
  cross.setAttribute("stroke", "#b3006b");
  cross.setAttribute("stroke-width", "4");
  map.append(cross);
}

if (map && field) {
  const said = document.createElement("p");
  said.className = "govuk-body govuk-!-margin-top-2";
  said.setAttribute("role", "status");
  said.textContent = frame.dataset.hint;
  frame.append(said);
  map.addEventListener("click", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
    const { west, north, units } = map.dataset;
    field.value = gridReference(Number(west) + at.x / units, Number(north) - at.y / units);
    said.textContent = frame.dataset.done + field.value;
    mark(at);
  });
}
