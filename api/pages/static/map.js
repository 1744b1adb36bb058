// A map that comes only when it is asked for; the table beside it says the same without it.
//
// <div class="ns-map" data-ns-map
//      data-script="..." data-worker="..." data-style="..."   the addresses of MapLibre's module, worker and style
//      data-layers='[{"url": "...", "kind": "outline" | "shade" | "points" | "classes", ...}]'
//      data-bounds="west,south,east,north"                    what is seen first; London by default
//      data-choose="longitude,latitude"                       the ids of two inputs: a click, or Enter in the middle, fills them
//      data-draw="..." data-drawing="..." data-ground="...">  a field for what is drawn, the module that draws, names to see
//   <button type="button" hidden>Show the interactive map</button>
//   <div class="ns-map__canvas" role="region" aria-label="..." hidden></div>
//   <p role="status"></p>
// </div>
//
// Layers are GeoJSON of our own: no tile and no letter comes from anywhere else. `outline` draws edges, `shade` fills
// areas by the number "property" in the steps "limits" (ascending), `points` gathers dots that are close; a dot shows
// its "name" and leads to "link" followed by its "id". "title" names a property that says all of an area. `classes` are
// cells of hotspots: each in the look of its "class", and a press says what is known of it.
const LONDON = [-0.52, 51.28, 0.34, 51.7];
const RAMP = ["#efe8fb", "#d0c1eb", "#7e4fbf", "#5f3399", "#3a1a6b"];
const [PAPER, NONE, EDGE, DOT, INK] = ["#f6f2e9", "#fbf9f4", "#8d84a1", "#4a2f8f", "#1f1a2b"];
const FONT = ["Atkinson Hyperlegible", "arial", "sans-serif"];

function shade({ property, limits = [] }) {
  const last = RAMP.length - 1;
  const colour = (step) => RAMP[limits.length ? Math.round((step * last) / limits.length) : 1];
  const value = ["coalesce", ["get", property], 0];
  return ["step", value, NONE, Number.MIN_VALUE, colour(0), ...limits.flatMap((limit, step) => [limit, colour(step + 1)])];
}

// What is known is a violet of its own depth; what is not known yet is paper with an edge.
const LOOKS = { hotspot: "#8757c7", works_well: "#f1ebfc", ordinary: "#d0c1eb", not_enough_evidence: PAPER, suppressed: PAPER };
const CLASSES = {
  hotspot: "Hotspot", works_well: "Works well", ordinary: "Nothing found",
  not_enough_evidence: "Not enough evidence yet", suppressed: "Too few people to show",
};

function cells(id, source) {
  const look = ["match", ["get", "class"], ...Object.entries(LOOKS).flat(), PAPER];
  const fill = ["case", ["all", ["==", ["get", "class"], "hotspot"], ["==", ["get", "strong"], true]], "#43207a", look];
  const known = ["in", ["get", "class"], ["literal", ["hotspot", "works_well", "ordinary"]]];
  return [
    { id: id("fill"), type: "fill", source, paint: { "fill-color": fill } },
    { id: id("edge"), type: "line", source, paint: { "line-color": ["case", known, "#7e4fbf", EDGE], "line-width": 1 } },
  ];
}

function found({ class: kind, strong, estimate, interval, n_people, n_walks, n_nights }) {
  const words = [CLASSES[kind] + (kind === "hotspot" && strong ? ", strong" : "")];
  if (estimate != null && interval) words.push(`${estimate} (${JSON.parse(interval).join(" to ")})`);
  if (n_people) words.push(`${n_people} people, ${n_walks} walks, ${n_nights} nights`);
  return words.join("; ");
}

function drawn(layer, number) {
  const source = `layer-${number}`;
  const id = (part) => `${source}-${part}`;
  if (layer.kind === "classes") return cells(id, source);
  if (layer.kind !== "points") {
    const fill = layer.kind === "shade" ? shade(layer) : NONE;
    return [
      { id: id("fill"), type: "fill", source, paint: { "fill-color": fill } },
      { id: id("edge"), type: "line", source, paint: { "line-color": EDGE, "line-width": 1.2 } },
    ];
  }
  const gathered = ["has", "point_count"];
  return [
    {
      id: id("many"), type: "circle", source, filter: gathered,
      paint: { "circle-color": "#5f3399", "circle-radius": ["step", ["get", "point_count"], 14, 100, 18, 1000, 24], "circle-stroke-color": "#fff", "circle-stroke-width": 2 },
    },
    {
      id: id("count"), type: "symbol", source, filter: gathered,
      layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": FONT, "text-size": 13, "text-allow-overlap": true },
      paint: { "text-color": "#fff" },
    },
    {
      id: id("one"), type: "circle", source, filter: ["!", gathered],
      paint: { "circle-color": DOT, "circle-radius": 6, "circle-stroke-color": "#fff", "circle-stroke-width": 2 },
    },
  ];
}

function style(layers) {
  const sources = layers.map((layer, number) => [
    `layer-${number}`,
    { type: "geojson", data: new URL(layer.url, location.href).href, tolerance: 0, ...(layer.kind === "points" && { cluster: true, clusterRadius: 44, clusterMaxZoom: 14 }) },
  ]);
  const paper = { id: "paper", type: "background", paint: { "background-color": PAPER } };
  return { version: 8, sources: Object.fromEntries(sources), layers: [paper, ...layers.flatMap(drawn)] };
}

// Built from text alone: a name that looks like markup stays a name.
function popup(layer, touched) {
  const box = document.createElement("div");
  for (const { properties } of touched.slice(0, 12)) {
    const line = document.createElement("p");
    const words = document.createElement(layer.link ? "a" : "span");
    words.textContent = layer.kind === "classes" ? found(properties) : (properties[layer.title ?? "name"] ?? "");
    if (layer.link) {
      words.href = layer.link + encodeURIComponent(properties.id);
      words.className = "govuk-link";
    }
    line.className = "govuk-body-s";
    line.append(words);
    if (layer.kind === "shade" && !layer.title) line.append(`: ${properties[layer.property] ?? 0}`);
    box.append(line);
  }
  if (touched.length > 12) box.append(`and ${touched.length - 12} more here`);
  return box;
}

function makeClickable(map, maplibre, layers) {
  layers.forEach((layer, number) => {
    const touched = layer.kind === "points" ? `layer-${number}-one` : ["shade", "classes"].includes(layer.kind) ? `layer-${number}-fill` : null;
    if (!touched) return;
    map.on("click", touched, ({ lngLat, features }) => {
      new maplibre.Popup({ maxWidth: "20rem" }).setLngLat(lngLat).setDOMContent(popup(layer, features)).addTo(map);
    });
    if (layer.kind !== "points") return;
    map.on("click", `layer-${number}-many`, async ({ features: [{ properties, geometry }] }) => {
      const zoom = await map.getSource(`layer-${number}`).getClusterExpansionZoom(properties.cluster_id);
      map.easeTo({ center: geometry.coordinates, zoom, essential: false });
    });
    for (const part of ["one", "many"]) {
      map.on("mouseenter", `layer-${number}-${part}`, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", `layer-${number}-${part}`, () => (map.getCanvas().style.cursor = ""));
    }
  });
}

// A place is chosen by a click, or without a pointer: arrow keys move the map under the cross, Enter takes its middle.
function makeChoosable(map, maplibre, box, status) {
  const inputs = box.dataset.choose.split(",").map((id) => document.getElementById(id));
  const marker = new maplibre.Marker({ color: DOT });
  const choose = ({ lng, lat }) => {
    marker.setLngLat([lng, lat]).addTo(map);
    inputs[0].value = lng.toFixed(6);
    inputs[1].value = lat.toFixed(6);
    for (const input of inputs) input.dispatchEvent(new Event("change", { bubbles: true }));
    status.textContent = `Chosen: longitude ${lng.toFixed(5)}, latitude ${lat.toFixed(5)}.`;
  };
  const [lng, lat] = inputs.map((input) => Number.parseFloat(input.value));
  if (Number.isFinite(lng) && Number.isFinite(lat)) {
    marker.setLngLat([lng, lat]).addTo(map);
    map.jumpTo({ center: [lng, lat], zoom: 14 });
  }
  box.classList.add("ns-map--choosing");
  map.on("click", ({ lngLat }) => choose(lngLat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      choose(map.getCenter());
    }
  });
}

async function show(box, canvas, status) {
  const { script, worker, style: sheet, layers, bounds, choose, drawing } = box.dataset;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet });
  document.head.append(link);
  const maplibre = await import(script);
  maplibre.setWorkerUrl(new URL(worker, location.href).href);
  const wanted = JSON.parse(layers);
  const map = new maplibre.Map({
    container: canvas,
    style: style(wanted),
    bounds: bounds ? bounds.split(",").map(Number) : LONDON,
    fitBoundsOptions: { padding: 16, maxZoom: 15 },
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 18,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }));
  map.addControl(new maplibre.ScaleControl());
  // What is drawn is pressed where a name is, too.
  if (!drawing) makeClickable(map, maplibre, wanted);
  if (choose) makeChoosable(map, maplibre, box, status);
  await new Promise((done, failed) => {
    map.once("idle", done);
    map.once("error", ({ error }) => failed(error));
  });
  if (drawing) return (await import(drawing)).makeDrawable(map, maplibre, box, status);
  return choose
    ? "The map is ready. Click on the place, or move it under the cross with the arrow keys and press Enter."
    : "The map is ready. Arrow keys move it, plus and minus zoom.";
}

for (const box of document.querySelectorAll("[data-ns-map]")) {
  const button = box.querySelector("button");
  const canvas = box.querySelector(".ns-map__canvas");
  const status = box.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    canvas.hidden = false;
    status.textContent = "The map is being fetched.";
    try {
      status.textContent = await show(box, canvas, status);
      button.hidden = true;
      canvas.querySelector("canvas")?.focus();
    } catch {
      canvas.hidden = true;
      button.disabled = false;
      status.textContent = "The map could not be shown. The table has everything that is on it.";
    }
  });
}
