// The end of a leg: everyone is accounted for, or it was cut short; then it is sent, now or when there is network.
import { button, choices, h, link, notice, once } from "../kit/dom.js";
import { sendNow } from "../sending/when.js";
import * as phone from "../store/phone.js";
import { t } from "../texts/index.js";
import { gone, legOf } from "./leg.js";

const REASONS = ["unsafe", "unwell", "weather", "time", "other"];
const MAX_REASON = 500;

export function finish({ state, params, go }) {
  const leg = legOf(state, params.id);
  if (!leg || leg.sending !== "walking" || leg.role !== "recorder") return gone(go);
  const stops = state.stops.filter((stop) => stop.walkId === leg.id);
  const photos = state.photos.filter((photo) => photo.walkId === leg.id);
  const missing = h("div", { role: "status" });
  // How many are here is hers to know: what counts is that nobody is looked for tomorrow.
  const end = (accounted) => once(async () => {
    await phone.finish(leg, { accounted });
    sendNow();
    go("phone", { replace: true });
  });
  return {
    nodes: [
      h("h1", {}, t("finish.title")),
      h("p", {}, t("finish.rollCall", { n: leg.groupSize })),
      h("p", {}, button(t("finish.everyone", { n: leg.groupSize }), end(leg.groupSize))),
      leg.groupSize > 1 ? h("p", {}, button(t("finish.someEarlier"), end(null), "button quiet")) : null,
      h("p", {}, button(t("finish.someone"), () => missing.replaceChildren(someoneMissing()), "button quiet")),
      missing,
      stops.length ? null : h("p", {}, t("finish.noStops")),
      h("p", { class: "small" }, t("finish.sends", {
        stops: t("count.stops", { n: stops.length }), photos: t("count.photos", { n: photos.length }),
      })),
      h("p", {}, link(`#/leg/${leg.id}`, t("finish.goOn"))),
    ],
  };
}

const someoneMissing = () =>
  notice(h("p", {}, h("strong", {}, t("finish.missing"))), h("p", {}, t("finish.missingHint")), h("p", {}, link("#/help", t("frame.help"), "button")));

export function cut({ state, params, go }) {
  const leg = legOf(state, params.id);
  if (!leg || leg.sending !== "walking" || leg.role !== "recorder") return gone(go);
  let reason = null;
  const words = h("input", { type: "text", maxlength: MAX_REASON, "aria-label": t("cut.words") });
  const end = async () => {
    const said = [reason ? t(`cut.${reason}`) : null, words.value.trim()].filter(Boolean).join(": ");
    await phone.finish(leg, { cutShort: true, cutShortReason: said.slice(0, MAX_REASON) || null });
    sendNow();
    go("phone", { replace: true });
  };
  return {
    nodes: [
      h("h1", {}, t("cut.title")),
      h("p", {}, t("cut.lead")),
      h("p", {}, button(t("cut.end"), once(end))),
      choices({
        legend: t("cut.why"), name: "reason", options: REASONS.map((key) => [key, t(`cut.${key}`)]), chosen: null,
        onchange: (key) => (reason = key),
      }),
      h("p", {}, h("span", { class: "label" }, t("cut.words")), words),
      h("p", {}, link(`#/leg/${leg.id}`, t("finish.goOn"))),
    ],
  };
}
