// Joining a programme by the code of an invitation, typed or brought by a link.
import { alertBox, field, h, link, notice } from "../kit/dom.js";
import { join as redeem } from "../sending/fetching.js";
import { sendNow } from "../sending/when.js";
import { keepForGood } from "../store/phone.js";
import { t } from "../texts/index.js";

/** iPhones keep what an installed app saves apart from what their browser saves. */
const mustInstallFirst = () => /iPhone|iPad/.test(navigator.userAgent) && !navigator.standalone;

export function join({ state, params, go }) {
  // The code does not stay in the address, nor in what the phone remembers of it.
  const at = params.code && "join";
  if (at) history.replaceState(null, "", `#/${at}`);
  const walking = state.legs.find((leg) => leg.sending === "walking");
  if (walking) return { at, nodes: finishFirst(walking) };
  const said = h("div", {});
  const input = field({
    label: t("join.code"), hint: t("join.codeHint"), name: "code", value: params.code ?? "", required: true,
    autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
  });
  const submit = h("button", { class: "button" }, t("join.join"));
  const form = h("form", { onsubmit: (event) => send(event, { form, submit, said, go }) }, input, said, submit);
  return {
    at,
    nodes: [
      h("h1", {}, t(state.me?.token ? "join.again" : "join.title")),
      h("p", {}, t("join.lead")),
      mustInstallFirst() ? notice(h("p", {}, t("join.iphone", { code: params.code ?? "" }))) : null,
      form,
      h("p", { class: "small" }, t("join.kept")),
      state.me?.token ? null : h("p", {}, link("#/you", t("join.reading"))),
      h("p", {}, link("/privacy", t("join.privacy"))),
    ],
  };
}

const finishFirst = ({ id }) => [
  h("h1", {}, t("join.again")),
  h("p", {}, t("join.walking")),
  h("p", {}, link(`#/leg/${id}`, t("home.continue"), "button")),
];

async function send(event, { form, submit, said, go }) {
  event.preventDefault();
  submit.disabled = true;
  said.replaceChildren();
  try {
    const refusal = await redeem(new FormData(form).get("code").trim());
    if (refusal) said.replaceChildren(alertBox(refusal));
    else {
      keepForGood();
      sendNow();
      go("", { replace: true });
    }
  } catch {
    said.replaceChildren(alertBox(t("join.offline")));
  } finally {
    submit.disabled = false;
  }
}
