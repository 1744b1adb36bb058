// The programme's ground drawn by ourselves from its geometry: no tiles, no third party, no network.
import { boundsOf, linesOf, moved, planeOf } from "../rules/ground.js";
import { s } from "./dom.js";

const MARGIN = 0.12;
const SCALES_M = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/**
 * An SVG of `area`, `line`, `route` (GeoJSON), `planned` and `stops` ({sequence, location}), and `here`
 * ({position, accuracyM}). With `onpick(position)` a touch chooses a place. `around` ({position, metres}) zooms in.
 */
export function sketch({ area, line, route, planned = [], stops = [], here, picked, onpick, around, label }) {
  const bounds = around ? boundsAround(around) : boundsOf([...linesOf(area), ...linesOf(line)].flat());
  const plane = planeOf(bounds);
  const margin = Math.max(plane.width, plane.height) * MARGIN;
  const width = plane.width + 2 * margin;
  const height = plane.height + 2 * margin;
  const unit = Math.max(width, height) / 100; // sizes that do not depend on how much ground is shown
  const svg = s(
    "svg",
    { class: "sketch", viewBox: [-margin, -margin, width, height].map(round).join(" "), role: "img", "aria-label": label },
    s("path", { class: "area", "fill-rule": "evenodd", d: pathOf(linesOf(area), plane, true) }),
    linesOf(line).length ? s("path", { class: "line", d: pathOf(linesOf(line), plane) }) : null,
    linesOf(route).length ? s("path", { class: "route", d: pathOf(linesOf(route), plane) }) : null,
    planned.map((stop) => marker(plane.to(stop.location.coordinates), unit, "planned", stop.sequence)),
    stops.filter((stop) => stop.location).map((stop) => marker(plane.to(stop.location), unit, "stop", stop.sequence)),
    here ? hereMark(plane.to(here.position), here.accuracyM, unit) : null,
    picked ? pickedMark(plane.to(picked), unit) : null,
    scaleBar(width, height, margin, unit),
    north(width, margin, unit),
  );
  if (onpick) {
    svg.classList.add("picking");
    svg.addEventListener("click", (event) => onpick(plane.from(pointIn(svg, event))));
  }
  return svg;
}

function boundsAround({ position, metres }) {
  return boundsOf([moved(position, -metres, -metres), moved(position, metres, metres)]);
}

function pointIn(svg, event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [at.x, at.y];
}

const round = (number) => Math.round(number * 10) / 10;
const pair = (position, plane) => plane.to(position).map(round).join(" ");
const pathOf = (lines, plane, closed = false) =>
  lines.map((points) => `M${points.map((at) => pair(at, plane)).join("L")}${closed ? "Z" : ""}`).join("");

function marker([x, y], unit, kind, number) {
  return s(
    "g",
    { class: kind },
    kind === "stop"
      ? s("circle", { cx: x, cy: y, r: unit * 3 })
      : s("rect", { x: x - unit * 2.6, y: y - unit * 2.6, width: unit * 5.2, height: unit * 5.2 }),
    s("text", { x, y: y + unit * 1.3, "font-size": unit * 3.8, "text-anchor": "middle" }, String(number)),
  );
}

function hereMark([x, y], accuracyM, unit) {
  return s(
    "g",
    { class: "here" },
    accuracyM ? s("circle", { class: "within", cx: x, cy: y, r: accuracyM }) : null,
    s("circle", { class: "dot", cx: x, cy: y, r: unit * 1.8 }),
  );
}

function pickedMark([x, y], unit) {
  const arm = unit * 4;
  return s(
    "g",
    { class: "picked" },
    s("circle", { cx: x, cy: y, r: unit * 2.4 }),
    s("path", { d: `M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}` }),
  );
}

function scaleBar(width, height, margin, unit) {
  const metres = SCALES_M.findLast((one) => one <= width / 3) ?? SCALES_M[0];
  const [x, y] = [-margin + unit * 3, height - margin - unit * 3];
  const text = metres < 1000 ? `${metres} m` : `${metres / 1000} km`;
  return s(
    "g",
    { class: "scale" },
    s("path", { d: `M${x} ${y - unit * 1.5}V${y}H${x + metres}V${y - unit * 1.5}` }),
    s("text", { x, y: y - unit * 2.2, "font-size": unit * 3.4 }, text),
  );
}

function north(width, margin, unit) {
  const [x, y] = [width - margin - unit * 5, -margin + unit * 9];
  return s(
    "g",
    { class: "north" },
    s("path", { d: `M${x} ${y - unit * 6}L${x - unit * 2} ${y}H${x + unit * 2}Z` }),
    s("text", { x, y: y + unit * 4, "font-size": unit * 3.8, "text-anchor": "middle" }, "N"),
  );
}
