// What an auditor answers alone, on her own phone. Nobody else reads it, not even on this phone without asking.
import { choices, h, link, notice } from "../kit/dom.js";
import { causesOf, countAnswered, factorsAsked, newResponse, PRESENCES } from "../rules/walking.js";
import * as phone from "../store/phone.js";
import { t } from "../texts/index.js";
import { gone, legOf } from "./leg.js";
import { noteField } from "./parts/note.js";
import { questionScreen, withScore } from "./questions.js";
import { answerList, causeChips } from "./stop.js";

const EFFECTS = ["safer", "no_different", "less_safe"];
const NONE = newResponse({});

function opened({ state, params }) {
  const leg = legOf(state, params.id);
  if (!leg || leg.sending !== "walking") return null;
  const sequence = Number(params.number);
  const said = state.responses.find((one) => one.walkId === leg.id && one.sequence === sequence) ?? NONE;
  const asked = factorsAsked(state.programme.instrument, "personal");
  const change = (changes) => phone.answerAlone(leg, sequence, (response) => ({ ...response, ...changes }));
  return { leg, sequence, said, asked, change, at: `leg/${leg.id}/own/${sequence}` };
}

export function own(context) {
  const found = opened(context);
  if (!found) return gone(context.go);
  const { leg, sequence, said, asked, change, at } = found;
  const { instrument } = context.state.programme;
  const first = asked.find((factor) => !(factor.key in said.scores));
  const stop = context.state.stops.find((one) => one.walkId === leg.id && one.sequence === sequence);
  return {
    nodes: [
      h("h1", {}, t("own.at", { number: sequence })),
      notice(h("p", {}, t("own.private"))),
      h("h2", {}, t("leg.answered", { done: countAnswered(asked, said.scores), of: asked.length })),
      first ? h("p", {}, link(`#/${at}/${first.key}`, t("own.begin"), "button")) : null,
      answerList(asked, said.scores, leg.instrumentVersion, (factor) => `#/${at}/${factor.key}`),
      effects({ instrument, stop, said, change }),
      causeChips({ legend: t("own.causes"), hint: t("own.causesHint"), options: causesOf(instrument, true), chosen: said.causes, change }),
      noteField({ value: said.note, flagged: said.noteFlagged, hint: t("own.noteHint"), change }),
      h("p", {}, link(`#/leg/${leg.id}`, t("stop.done"), "button")),
    ],
  };
}

/** How those who were there made her feel; on the recorder's phone only of those whom the group saw. */
function effects({ instrument, stop, said, change }) {
  const there = instrument.presence.filter(({ key }) => PRESENCES.includes(key) && (!stop || stop.presence[key]));
  if (!there.length) return null;
  let now = said.presenceEffect;
  const set = (key, effect) => {
    const { [key]: _, ...others } = now;
    now = effect === "not_there" ? others : { ...others, [key]: effect };
    change({ presenceEffect: now });
  };
  return h(
    "section",
    {},
    h("h2", {}, t("own.effects")),
    there.map(({ key, label }) =>
      choices({
        legend: label, name: `effect-${key}`, chosen: now[key] ?? "not_there", wide: true,
        options: [...EFFECTS, "not_there"].map((effect) => [effect, t(`effect.${effect}`)]),
        onchange: (effect) => set(key, effect),
      }),
    ),
  );
}

export function ownQuestion(context) {
  const found = opened(context);
  if (!found) return gone(context.go);
  const { leg, sequence, said, asked, change, at } = found;
  const { key } = context.params;
  return questionScreen({
    version: leg.instrumentVersion,
    asked,
    key,
    scores: said.scores,
    title: t("question.own", { number: sequence }),
    save: (value) => change({ scores: withScore(said.scores, key, value) }),
    back: at,
    at: (other) => `${at}/${other}`,
    go: context.go,
  });
}
