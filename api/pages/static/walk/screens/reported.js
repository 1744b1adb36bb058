// What happened to what her walks reported: who was asked, what they said, what was done. Nobody's name is in it.
import { h, link, notice } from "../kit/dom.js";
import { got } from "../sending/fetching.js";
import { dayOf, t } from "../texts/index.js";

export async function reported({ state }) {
  const found = state.me?.token ? await got("/api/auditors/me/reported", state.me.token) : null;
  return {
    nodes: [
      h("h1", {}, t("reported.title")),
      found === null ? notice(h("p", {}, t("reported.offline"))) : found.items.length ? found.items.map(issue) : h("p", {}, t("reported.none")),
      h("p", {}, link("#/", t("reported.back"))),
    ],
  };
}

const issue = ({ title, place, programme, state, kind, raised_on, recommendations }) =>
  h(
    "section",
    { class: "card" },
    h("h2", {}, title),
    h("p", { class: "small" }, [place, programme].filter(Boolean).join(" · ")),
    h("p", {}, h("strong", {}, t(`reported.state.${state}`)), " · ", t(`reported.kind.${kind}`), " · ", t("reported.raised", { day: dayOf(raised_on) })),
    recommendations.map(recommendation),
  );

const recommendation = ({ action, body, state, due_on, answer_reason, done_on }) =>
  h(
    "div",
    { class: "step" },
    h("p", {}, action),
    h("p", { class: "small" }, body, " · ", done_on ? t("reported.done", { day: dayOf(done_on) }) : `${t(`reported.state.${state}`)} · ${t("reported.due", { day: dayOf(due_on) })}`),
    answer_reason ? h("p", { class: "small" }, answer_reason) : null,
  );
