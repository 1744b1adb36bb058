// Where the app opens: the programme, the walk that is under way, or the way to begin one.
import { h, link, notice } from "../kit/dom.js";
import { sketch } from "../kit/sketch.js";
import { stillHere } from "../rules/sending.js";
import { dayOf, t } from "../texts/index.js";
import { join } from "./join.js";
import { legName } from "./leg.js";

const OUTING_MS = 24 * 3600 * 1000;

export function home(context) {
  const { state } = context;
  if (!state.me?.token || !state.programme) return join(context);
  const { programme, legs } = state;
  const walking = legs.filter((leg) => leg.sending === "walking");
  return {
    live: true,
    nodes: [
      h("h1", {}, programme.name),
      warnings(state),
      walking.length ? walking.map(underWay) : beginnings(state),
      state.programme.state === "closed" ? notice(h("p", {}, t("home.closed"))) : null,
      ground(programme),
      h(
        "nav",
        { "aria-label": t("home.more") },
        h("ul", { class: "links" }, [
          ["#/phone", t("home.phone")],
          [`/questions/${programme.instrument_version}`, t("home.questions")],
          ["#/you/reported", t("home.reported")],
          ["#/you", t("home.you")],
        ].map(([href, text]) => h("li", {}, link(href, text)))),
      ),
    ],
  };
}
function warnings(state) {
  const here = stillHere(state, Date.now());
  return [
    state.me.signedOut
      ? notice(
          h("p", {}, h("strong", {}, t("home.signedOut"))),
          h("p", {}, state.me.signedOut),
          h("p", {}, link("#/join", t("home.rejoin")), " ", link("#/phone", t("home.saveCopy"))),
        )
      : null,
    here.late ? notice(h("p", {}, t("home.late", { day: dayOf(here.since) })), h("p", {}, link("#/phone", t("home.phone")))) : null,
    here.refused ? notice(h("p", {}, t("home.refused")), h("p", {}, link("#/phone", t("home.phone")))) : null,
  ];
}

const underWay = (leg) =>
  h(
    "section",
    { class: "card" },
    h("h2", {}, t("home.underWay")),
    h("p", {}, legName(leg)),
    link(`#/leg/${leg.id}`, t("home.continue"), "button"),
  );

function beginnings(state) {
  const second = secondLegOf(state);
  return h(
    "section",
    {},
    second
      ? h("p", {}, link(`#/start/${second.code}`, t(`home.second.${second.leg}`, { code: second.code }), "button"))
      : null,
    h("p", {}, link("#/start", t("home.start"), second ? "button quiet" : "button")),
    h("p", { class: "small" }, t("home.startHint")),
    h("p", {}, link("#/follow", t("home.follow"), "button quiet")),
    h("p", { class: "small" }, t("home.followHint")),
  );
}

/** The outing of today of which one leg was recorded here and the other was not. */
export function secondLegOf({ legs, handedIn }) {
  const recorded = [...legs.filter((leg) => leg.role === "recorder"), ...handedIn];
  const last = recorded.sort((a, b) => b.startedAt.localeCompare(a.startedAt))[0];
  if (!last || Date.now() - Date.parse(last.startedAt) > OUTING_MS) return null;
  const other = last.leg === "light" ? "dark" : "light";
  if (recorded.some((leg) => leg.code === last.code && leg.leg === other)) return null;
  return { code: last.code, leg: other, pairedWith: last.walkId ?? last.id };
}

function ground(programme) {
  const planned = programme.planned_stops ?? [];
  return h(
    "section",
    {},
    h("h2", {}, t("home.ground")),
    sketch({ ...programme, planned, label: t("home.sketch", { name: programme.name, n: planned.length }) }),
    planned.length
      ? h("ol", { class: "planned" }, planned.map((stop) => h("li", { value: stop.sequence }, stop.name ?? t("home.unnamed"))))
      : h("p", { class: "small" }, t("home.noPlanned")),
  );
}
