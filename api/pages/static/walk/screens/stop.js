// One stop: what the group agreed, photos, who was there, causes and a note. Everything is saved as it is touched.
import { alertBox, button, choices, h, link } from "../kit/dom.js";
import { MEDIA_TYPE, painted } from "../kit/photos.js";
import { causesOf, countAnswered, factorsAsked, PRESENCES, saysSomething } from "../rules/walking.js";
import * as phone from "../store/phone.js";
import { questionOf, t } from "../texts/index.js";
import { gone, legOf } from "./leg.js";
import { noteField } from "./parts/note.js";

export function stop({ state, params, go, redraw }) {
  const leg = legOf(state, params.id);
  const found = state.stops.find((one) => one.walkId === leg?.id && one.sequence === Number(params.number));
  if (!found || leg.sending !== "walking") return gone(go);
  const change = (changes) => phone.amendStop(found.id, (one) => ({ ...one, ...changes }));
  const urls = [];
  return {
    leave: () => urls.forEach((url) => URL.revokeObjectURL(url)),
    nodes: [
      h("h1", {}, t("leg.stop", { number: found.sequence })),
      where(leg, found),
      questions(state, leg, found),
      photos(state, found, urls, redraw),
      presence(state, found, change),
      causes(state, found, change),
      noteField({ value: found.note, flagged: found.noteFlagged, hint: t("stop.noteHint"), change }),
      own(state, leg, found),
      h("p", {}, link(`#/leg/${leg.id}`, t("stop.done"), "button")),
      removal(state, leg, found, go),
    ],
  };
}

function where(leg, stop) {
  const how = stop.placedByHand ? t("stop.byHand") : t("place.within", { metres: Math.round(stop.accuracyM) });
  return h("p", { class: "small" }, how, " · ", link(`#/leg/${leg.id}/place/${stop.sequence}`, t("stop.correct")));
}

function questions(state, leg, stop) {
  const asked = factorsAsked(state.programme.instrument, "group", stop.isHub);
  const open = asked.find((factor) => !(factor.key in stop.scores));
  const to = (factor) => `#/leg/${leg.id}/stop/${stop.sequence}/${factor.key}`;
  const done = link(`#/leg/${leg.id}`, t("stop.done"), "button");
  return h(
    "section",
    {},
    h("h2", {}, t("leg.answered", { done: countAnswered(asked, stop.scores), of: asked.length })),
    h("p", {}, open ? link(to(open), t("stop.goOn"), "button") : done),
    h("details", { open: Boolean(open) }, h("summary", {}, t("stop.answers")), answerList(asked, stop.scores, leg.instrumentVersion, to)),
  );
}

export function answerList(asked, scores, version, to) {
  return h("ul", { class: "answered" }, asked.map((factor) => {
    const { label, scale } = questionOf(factor, version);
    const score = scores[factor.key];
    const words = score === undefined ? t("stop.open") : typeof score === "number" ? `${score}: ${scale[score]}` : t(`answer.${score}`);
    return h("li", {}, h("a", { href: to(factor), class: "answered-row" }, h("b", {}, label), h("span", { class: "small" }, words)));
  }));
}

function photos(state, stop, urls, redraw) {
  const taken = state.photos.filter((photo) => photo.stopId === stop.id);
  const said = h("div", { role: "status" }, undo(stop, redraw));
  const take = async ({ target }) => {
    const files = [...target.files];
    target.disabled = true;
    const keep = async () => {
      for (const [place, file] of files.entries()) {
        said.textContent = t("photo.working", { number: place + 1, all: files.length });
        await phone.addPhoto(stop, await painted(file), MEDIA_TYPE);
      }
    };
    try {
      await phone.waitFor(keep());
      await redraw();
    } catch (reason) {
      if (reason.name === "QuotaExceededError") throw reason;
      said.replaceChildren(alertBox(t("photo.unreadable")));
    } finally {
      target.disabled = false;
      target.value = "";
    }
  };
  return h(
    "section",
    {},
    h("h2", {}, t("photo.title", { n: taken.length })),
    h("p", { class: "small" }, t("photo.hint")),
    h("ul", { class: "photos" }, taken.map((photo, place) => thumbnail(photo, place + 1, urls, redraw))),
    h("label", { class: "button quiet file" }, t("photo.take"), h("input", {
      id: "take", type: "file", accept: "image/*", capture: "environment", multiple: true, onchange: take,
    })),
    said,
  );
}

function thumbnail(photo, number, urls, redraw) {
  const image = h("img", { alt: t("photo.alt", { number }), width: 96, height: 96 });
  phone.photoBytes(photo).then((bytes) => {
    if (!bytes) return;
    urls.push(URL.createObjectURL(new Blob([bytes], { type: photo.mediaType })));
    image.src = urls.at(-1);
  });
  const remove = async () => {
    const bringBack = await phone.removePhoto(photo);
    removed = { stopId: photo.stopId, bringBack };
    await redraw();
    document.getElementById("undo")?.focus();
  };
  const name = { "aria-label": t("photo.removeOne", { number }) };
  return h("li", {}, image, button(t("photo.remove"), remove, "button quiet small", name));
}

/** The photo that was removed last may be brought back, as long as this stop is open. */
let removed = null;
function undo(stop, redraw) {
  if (removed?.stopId !== stop.id) return null;
  const { bringBack } = removed;
  const back = async () => {
    removed = null;
    await bringBack();
    await redraw();
    document.getElementById("take")?.focus();
  };
  return h("p", { class: "inline" }, h("span", {}, t("photo.removed")), button(t("photo.undo"), back, "button quiet small", { id: "undo" }));
}

function presence(state, stop, change) {
  const facts = { ...stop.presence };
  const labels = Object.fromEntries(state.programme.instrument.presence.map(({ key, label }) => [key, label]));
  return choices({
    legend: t("stop.presence"), heading: true, name: "presence", type: "checkbox", hint: t("stop.presenceHint"),
    options: PRESENCES.map((key) => [key, labels[key] ?? key]),
    chosen: PRESENCES.filter((key) => facts[key]),
    onchange: (key, on) => {
      facts[key] = on;
      change({ presence: { ...facts } });
    },
  });
}

const causes = (state, stop, change) =>
  causeChips({ legend: t("stop.causes"), options: causesOf(state.programme.instrument, false), chosen: stop.causes, change });

export function causeChips({ legend, hint, options, chosen, change }) {
  let now = chosen;
  return choices({
    legend, hint, heading: true, name: "causes", type: "checkbox", chosen, wide: true,
    options: options.map(({ key, label }) => [key, label]),
    onchange: (key, on) => {
      now = on ? [...now, key] : now.filter((one) => one !== key);
      change({ causes: now });
    },
  });
}

function own(state, leg, stop) {
  const said = state.responses.some((response) => response.stopId === stop.id && saysSomething(response));
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("own.title")),
    h("p", { class: "small" }, t("own.hint")),
    link(`#/leg/${leg.id}/own/${stop.sequence}`, t(said ? "own.change" : "own.answer"), "button quiet"),
  );
}

/** A stop that was saved by mistake; asked twice, because it cannot be undone. */
function removal(state, leg, stop, go) {
  const remove = async () => {
    await phone.removeStop(stop, state.photos);
    go(`leg/${leg.id}`, { replace: true });
  };
  return h(
    "details",
    {},
    h("summary", {}, t("stop.remove")),
    h("p", {}, t("stop.removeHint", { number: stop.sequence })),
    button(t("stop.removeYes", { number: stop.sequence }), remove, "button danger"),
  );
}
