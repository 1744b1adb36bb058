// A leg that is under way: the next stop, those behind, and the way to its end.
import { button, h, link, notice, once } from "../kit/dom.js";
import { watchPosition } from "../kit/position.js";
import { sketch } from "../kit/sketch.js";
import { distanceM } from "../rules/ground.js";
import { countAnswered, factorsAsked, saysSomething } from "../rules/walking.js";
import { sendNow } from "../sending/when.js";
import * as phone from "../store/phone.js";
import { t } from "../texts/index.js";

const STEP_M = 15; // a track of a street needs no more
const TRACKED_WITHIN_M = 30;

export const legName = (leg) => t(`leg.${leg.leg}.of`, { code: leg.code });
export const legOf = (state, id) => state.legs.find((leg) => leg.id === id);

export function leg({ state, params, go }) {
  const found = legOf(state, params.id);
  if (!found || found.sending !== "walking") return gone(go);
  return found.role === "recorder" ? recording(state, found, go) : following(state, found, go);
}
export function gone(go) {
  go("", { replace: true });
  return null;
}

function recording(state, leg, go) {
  const stops = state.stops.filter((stop) => stop.walkId === leg.id);
  const { programme } = state;
  return {
    leave: leg.track && stops.length ? keepTrack(leg) : undefined,
    nodes: [
      h("h1", {}, t(`leg.${leg.leg}`)),
      h("p", {}, link(`#/leg/${leg.id}/place`, t("leg.record", { number: leg.nextStop }), "button")),
      stops.length ? h("ul", { class: "stops" }, stops.map((stop) => stopRow(state, leg, stop))) : h("p", {}, t("leg.none")),
      h("div", { class: stops.length ? "pair" : null },
        stops.length ? link(`#/leg/${leg.id}/finish`, t("leg.finish"), "button quiet") : null,
        link(`#/leg/${leg.id}/cut`, t("leg.cut"), "button quiet")),
      notice(
        h("p", {}, t("leg.code"), " ", h("strong", { class: "code" }, leg.code)),
        h("p", { class: "small" }, t("leg.codeHint")),
      ),
      sketch({
        ...programme, planned: programme.planned_stops ?? [], stops,
        label: t("leg.sketch", { n: stops.filter((stop) => stop.location).length }),
      }),
      stops.length ? null : discarding(leg, go),
    ],
  };
}

/** A walk that was begun by mistake. */
function discarding(leg, go) {
  const discard = async () => {
    await phone.removeWalk(leg);
    go("", { replace: true });
  };
  return h(
    "details",
    {},
    h("summary", {}, t("leg.discard")),
    h("p", {}, t("leg.discardHint")),
    button(t("leg.discardYes"), once(discard), "button danger"),
  );
}

function stopRow(state, leg, stop) {
  const asked = factorsAsked(state.programme.instrument, "group", stop.isHub);
  const photos = state.photos.filter((photo) => photo.stopId === stop.id).length;
  const own = state.responses.some((response) => response.stopId === stop.id && saysSomething(response));
  const told = [
    t("leg.answered", { done: countAnswered(asked, stop.scores), of: asked.length }),
    photos ? t("count.photos", { n: photos }) : null,
    t(own ? "leg.own" : "leg.notOwn"),
  ];
  return h(
    "li",
    {},
    link(`#/leg/${leg.id}/stop/${stop.sequence}`, t("leg.stop", { number: stop.sequence }), "row"),
    h("span", { class: "small" }, told.filter(Boolean).join(" · ")),
  );
}

/** Keep the way from stop to stop while this screen is open; before the first stop nothing is kept at all. */
function keepTrack(leg) {
  let last = leg.track.at(-1)?.position;
  return watchPosition(({ position, accuracyM }) => {
    if (accuracyM > TRACKED_WITHIN_M || (last && distanceM(last, position) < STEP_M)) return;
    last = position;
    phone.addToTrack(leg.id, position, new Date().toISOString());
  });
}

function following(state, leg, go) {
  const own = state.responses.filter((response) => response.walkId === leg.id && saysSomething(response));
  const next = Math.max(0, ...own.map((response) => response.sequence)) + 1;
  const sent = async () => {
    await phone.finish(leg);
    sendNow();
    go("phone", { replace: true });
  };
  return {
    nodes: [
      h("h1", {}, t("follow.at")),
      h("p", {}, legName(leg)),
      h("p", {}, link(`#/leg/${leg.id}/own/${next}`, t("follow.answer", { number: next }), "button")),
      otherStop(leg, next, go),
      own.length ? h("h2", {}, t("follow.answered")) : null,
      h("ul", { class: "stops" }, own.map((response) =>
        h("li", {}, link(`#/leg/${leg.id}/own/${response.sequence}`, t("leg.stop", { number: response.sequence }), "row")),
      )),
      h("p", {}, button(t(own.length ? "follow.send" : "follow.leave"), sent, "button quiet")),
      own.length ? h("p", { class: "small" }, t("follow.sendHint")) : null,
    ],
  };
}

/** Any other number that the recorder calls out. */
function otherStop(leg, next, go) {
  const form = h(
    "form",
    {
      class: "inline",
      onsubmit: (event) => {
        event.preventDefault();
        const number = Number(new FormData(form).get("number"));
        if (number >= 1) go(`leg/${leg.id}/own/${number}`);
      },
    },
    h("label", {}, t("follow.other"), h("input", {
      name: "number", type: "text", inputmode: "numeric", pattern: "[0-9]{1,3}", size: 4, value: String(next),
    })),
    h("button", { class: "button quiet" }, t("follow.go")),
  );
  return form;
}
