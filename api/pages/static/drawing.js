// An area or a line drawn on the map, written as GeoJSON into a text field; the page works without it, by pasting.
//
// <div data-ns-map ... data-draw="id of the field" data-drawing="address of this module" data-ground="address of names">
const [LINE, FILL, INK] = ["#b3006b", "rgba(179, 0, 107, 0.12)", "#1f1a2b"];
const FONT = ["Atkinson Hyperlegible", "arial", "sans-serif"];
const DECIMALS = 6;
const M_PER_DEGREE = 111320;
const READY =
  "The map is ready. Press where each corner is, and drag a corner to move it. Without a pointer: the arrow keys move the " +
  "map under the cross, Enter sets a corner in its middle, Backspace takes the last one back.";

function made(tag, about, words) {
  const element = Object.assign(document.createElement(tag), about);
  if (words) element.textContent = words;
  return element;
}

function button(words, press) {
  const element = made("button", { type: "button", className: "govuk-button govuk-button--secondary" }, words);
  element.addEventListener("click", press);
  return element;
}

// The corners of what stands in the field, and whether they make a line; nothing where it is not ours to draw.
function standing(text) {
  try {
    const { type, coordinates } = JSON.parse(text);
    if (type === "LineString") return { corners: coordinates, isLine: true };
    if (type === "Polygon" && coordinates.length === 1) return { corners: coordinates[0].slice(0, -1), isLine: false };
  } catch {
    // Whatever was pasted stays as it is until something is drawn.
  }
  return { corners: [], isLine: false };
}

function geometryOf(corners, isLine) {
  if (corners.length < (isLine ? 2 : 3)) return null;
  return isLine ? { type: "LineString", coordinates: corners } : { type: "Polygon", coordinates: [[...corners, corners[0]]] };
}

// Metres on a plane that touches the globe at the first corner: good to a few per mille in a borough.
function onPlane(corners) {
  const [[west, south]] = corners;
  const perLongitude = M_PER_DEGREE * Math.cos((south * Math.PI) / 180);
  return corners.map(([lng, lat]) => [(lng - west) * perLongitude, (lat - south) * M_PER_DEGREE]);
}

function said(corners, isLine) {
  const counted = `${corners.length} ${corners.length === 1 ? "corner" : "corners"}.`;
  if (!geometryOf(corners, isLine)) return `${counted} ${isLine ? "A line has at least two." : "An area has at least three."}`;
  const places = onPlane(corners);
  const steps = places.map((place, at) => [place, places[(at + 1) % places.length]]);
  if (isLine) {
    const metres = steps.slice(0, -1).reduce((sum, [[x, y], [u, v]]) => sum + Math.hypot(u - x, v - y), 0);
    return `${counted} The line is ${(metres / 1000).toFixed(2)} km long. Give its width below.`;
  }
  const twice = steps.reduce((sum, [[x, y], [u, v]]) => sum + x * v - u * y, 0);
  return `${counted} The area is ${(Math.abs(twice) / 2e6).toFixed(2)} km².`;
}

function addLayers(map, ground) {
  map.addSource("ground", { type: "geojson", data: new URL(ground, location.href).href });
  map.addSource("drawn", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  const [centre, station] = ["centre", "station"].map((kind) => ["==", ["get", "kind"], kind]);
  const name = { "text-field": ["get", "name"], "text-font": FONT, "text-size": 13 };
  const halo = { "text-color": INK, "text-halo-color": "#fff", "text-halo-width": 1.5 };
  map.addLayer({ id: "centres", type: "line", source: "ground", filter: centre, paint: { "line-color": "#7e4fbf", "line-width": 1.2 } });
  map.addLayer({ id: "centre-names", type: "symbol", source: "ground", filter: centre, minzoom: 10, layout: name, paint: halo });
  map.addLayer({ id: "stations", type: "circle", source: "ground", filter: station, minzoom: 11, paint: { "circle-color": "#1d5fa8", "circle-radius": 4 } });
  map.addLayer({ id: "station-names", type: "symbol", source: "ground", filter: station, minzoom: 13, layout: { ...name, "text-anchor": "top", "text-offset": [0, 0.5] }, paint: halo });
  map.addLayer({ id: "drawn-area", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": FILL } });
  map.addLayer({ id: "drawn-line", type: "line", source: "drawn", paint: { "line-color": LINE, "line-width": 3 } });
}

/** Let corners be set on the map; gives the words for its status. */
export function makeDrawable(map, maplibre, box, status) {
  const field = document.getElementById(box.dataset.draw);
  const drawing = standing(field.value);
  let markers = [];
  addLayers(map, box.dataset.ground);

  const show = () => {
    const { corners, isLine } = drawing;
    const geometry = geometryOf(corners, isLine);
    const seen = geometry ?? { type: "LineString", coordinates: corners };
    const features = corners.length > 1 ? [{ type: "Feature", properties: {}, geometry: seen }] : [];
    map.getSource("drawn").setData({ type: "FeatureCollection", features });
    field.value = geometry ? JSON.stringify(geometry) : "";
    status.textContent = said(corners, isLine);
  };
  const place = () => {
    for (const marker of markers) marker.remove();
    markers = drawing.corners.map((corner, at) => {
      const element = made("span", { className: "ns-corner", role: "img" });
      const marker = new maplibre.Marker({ element, draggable: true }).setLngLat(corner).addTo(map);
      element.setAttribute("aria-label", `Corner ${at + 1}`);
      marker.on("drag", () => {
        drawing.corners[at] = rounded(marker.getLngLat());
        show();
      });
      return marker;
    });
    show();
  };
  const rounded = ({ lng, lat }) => [lng, lat].map((degrees) => Number(degrees.toFixed(DECIMALS)));
  const add = (at) => {
    drawing.corners.push(rounded(at));
    place();
  };
  const back = () => {
    drawing.corners.pop();
    place();
  };

  box.append(controls(drawing, { back, show, again: () => { drawing.corners.length = 0; place(); } }));
  box.classList.add("ns-map--choosing");
  map.on("click", ({ lngLat, originalEvent }) => originalEvent.target.closest(".ns-corner") || add(lngLat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (!["Enter", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Enter") add(map.getCenter());
    else back();
  });
  if (drawing.corners.length) {
    const around = drawing.corners.reduce((bounds, corner) => bounds.extend(corner), new maplibre.LngLatBounds());
    map.fitBounds(around, { padding: 60, maxZoom: 16, animate: false });
    place();
  }
  return READY;
}

function controls(drawing, { back, show, again }) {
  const group = made("fieldset", { className: "govuk-fieldset govuk-form-group" });
  group.append(made("legend", { className: "govuk-fieldset__legend" }, "What do you draw?"));
  const radios = made("div", { className: "govuk-radios govuk-radios--small govuk-radios--inline" });
  for (const [words, isLine] of [["An area", false], ["A line, with a width", true]]) {
    const item = made("div", { className: "govuk-radios__item" });
    const input = made("input", { type: "radio", className: "govuk-radios__input", id: `draw-${isLine}`, checked: drawing.isLine === isLine });
    input.setAttribute("name", "draws");
    input.addEventListener("change", () => {
      drawing.isLine = isLine;
      // What was pasted and is not ours to draw stays.
      if (drawing.corners.length) show();
    });
    item.append(input, made("label", { className: "govuk-label govuk-radios__label", htmlFor: input.id }, words));
    radios.append(item);
  }
  group.append(radios);
  const acts = made("div", { className: "govuk-button-group" });
  acts.append(button("Take the last corner back", back), button("Begin again", again));
  const all = made("div", {});
  all.append(group, acts);
  return all;
}
