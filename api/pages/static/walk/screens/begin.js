// Beginning a leg: as the one who records for the group, or as one who answers beside it on her own phone.
import { alertBox, button, choices, field, h, notice, once, stepper } from "../kit/dom.js";
import { boundsOf, legBySun, linesOf } from "../rules/ground.js";
import { codeMeant, newCode } from "../rules/ids.js";
import * as phone from "../store/phone.js";
import { t } from "../texts/index.js";
import { secondLegOf } from "./home.js";

const USUAL_GROUP = 7;
const MOST_IN_GROUP = 60;
const ROLES = ["lead", "recorder", "photographer", "timekeeper", "buddy"];

export function start({ state, params, go }) {
  const { programme } = state;
  const second = secondLegOf(state);
  const paired = second?.code === params.code ? second : null;
  const sky = skyOver(programme);
  const chosen = { leg: paired?.leg ?? sky, groupSize: USUAL_GROUP, roles: [], track: true };
  const doubt = h("div", { role: "status" });
  const doubtLeg = () => doubt.replaceChildren(chosen.leg === sky ? "" : notice(h("p", {}, t(`start.sky.${sky}`))));
  doubtLeg();
  const begin = async () => {
    const code = paired?.code ?? newCode();
    phone.keepForGood();
    const id = await phone.begin({ ...chosen, programme, code, role: "recorder", pairedWith: paired?.pairedWith ?? null });
    if (!chosen.track) await phone.amendLeg(id, { track: null });
    go(`leg/${id}`, { replace: true });
  };
  return {
    nodes: [
      h("h1", {}, t(paired ? "start.second" : "start.title")),
      legChoice(chosen, doubtLeg),
      doubt,
      stepper({
        label: t("start.group"), value: USUAL_GROUP, least: 1, most: MOST_IN_GROUP,
        less: t("start.fewer"), more: t("start.more"), onchange: (n) => (chosen.groupSize = n),
      }),
      h("p", {}, button(t("start.begin"), once(begin))),
      choices({
        legend: t("start.roles"), hint: t("start.rolesHint"), name: "role", type: "checkbox", chosen: [],
        options: ROLES.map((role) => [role, t(`role.${role}`)]),
        onchange: (role, on) => (chosen.roles = on ? [...chosen.roles, role] : chosen.roles.filter((one) => one !== role)),
      }),
      choices({
        legend: t("start.way"), name: "track", type: "checkbox", chosen: ["track"],
        options: [["track", t("start.track")]], onchange: (_, on) => (chosen.track = on),
      }),
      h("p", { class: "small" }, t("start.trackHint")),
    ],
  };
}

export function follow({ state, go }) {
  const chosen = { leg: skyOver(state.programme) };
  const said = h("div", {});
  const form = h(
    "form",
    {
      onsubmit: async (event) => {
        event.preventDefault();
        const code = codeMeant(new FormData(form).get("code"));
        if (!code) return said.replaceChildren(alertBox(t("follow.wrong")));
        phone.keepForGood();
        go(`leg/${await phone.begin({ ...chosen, programme: state.programme, code, role: "joined" })}`, { replace: true });
      },
    },
    field({
      label: t("follow.code"), hint: t("follow.codeHint"), name: "code", required: true, autocomplete: "off",
      autocapitalize: "characters", spellcheck: "false", maxlength: 20,
    }),
    said,
    legChoice(chosen, () => {}),
    h("button", { class: "button" }, t("follow.join")),
  );
  return { nodes: [h("h1", {}, t("follow.title")), h("p", {}, t("follow.lead")), form] };
}

const legChoice = (chosen, then) =>
  choices({
    legend: t("start.leg"), name: "leg", options: [["light", t("leg.light")], ["dark", t("leg.dark")]], chosen: chosen.leg,
    onchange: (leg) => {
      chosen.leg = leg;
      then();
    },
  });

function skyOver(programme) {
  const [west, south, east, north] = boundsOf(linesOf(programme.area).flat());
  return legBySun([(west + east) / 2, (south + north) / 2], Date.now());
}
