// One question a screen: four large answers in words, and two that are no score and just as easy. A touch saves it.
import { h, link } from "../kit/dom.js";
import { factorsAsked } from "../rules/walking.js";
import * as phone from "../store/phone.js";
import { questionOf, t } from "../texts/index.js";
import { gone, legOf } from "./leg.js";

/**
 * The screen of one factor among those `asked`. `save(value)` keeps the answer (undefined takes it back), `back` is
 * where the questions end, `at(key)` the address of another of them.
 */
export function questionScreen({ version, asked, key, scores, title, save, back, at, go }) {
  const place = asked.findIndex((factor) => factor.key === key);
  if (place < 0) return gone(go);
  const { label, scale } = questionOf(asked[place], version);
  const next = asked[place + 1] ? at(asked[place + 1].key) : back;
  const answer = async (value) => {
    await save(scores[key] === value ? undefined : value);
    go(next, { replace: true });
  };
  const choice = (value, kind, ...text) =>
    h("button", {
      type: "button", class: `answer ${kind}`, "aria-pressed": String(scores[key] === value), onclick: () => answer(value),
    }, ...text);
  return {
    nodes: [
      h("p", { class: "small", id: "whose" }, title, " · ", t("question.of", { number: place + 1, all: asked.length })),
      h("h1", { "aria-describedby": "whose" }, label),
      h("div", { class: "answers" },
        scale.map((words, score) =>
          choice(score, "score", h("span", { class: "figure", "aria-hidden": "true" }, String(score)), h("span", {}, words))),
        h("div", { class: "pair" },
          choice("cannot_tell", "plain", t("question.cannotTell")),
          choice("not_applicable", "plain", t("question.notApplicable")))),
      h("p", { class: "pair" },
        link(`#/${place > 0 ? at(asked[place - 1].key) : back}`, t("question.back"), "button quiet"),
        link(`#/${next}`, t(scores[key] === undefined ? "question.skip" : "question.next"), "button quiet")),
      h("p", {}, link(`#/${back}`, t("question.all"))),
    ],
  };
}

/** Scores with one answered anew, or taken back. */
export function withScore(scores, key, value) {
  const { [key]: _, ...others } = scores;
  return value === undefined ? others : { ...others, [key]: value };
}

export function groupQuestion({ state, params, go }) {
  const leg = legOf(state, params.id);
  const stop = state.stops.find((one) => one.walkId === leg?.id && one.sequence === Number(params.number));
  if (!stop || leg.sending !== "walking") return gone(go);
  const back = `leg/${leg.id}/stop/${stop.sequence}`;
  return questionScreen({
    version: leg.instrumentVersion,
    asked: factorsAsked(state.programme.instrument, "group", stop.isHub),
    key: params.key,
    scores: stop.scores,
    title: t("question.group", { number: stop.sequence }),
    save: (value) => phone.amendStop(stop.id, (one) => ({ ...one, scores: withScore(one.scores, params.key, value) })),
    back,
    at: (key) => `${back}/${key}`,
    go,
  });
}
