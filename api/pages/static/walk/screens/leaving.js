// Leaving: signing this phone out, which wipes it; and erasing her from the service.
import { alertBox, button, giveFiles, h, link, notice } from "../kit/dom.js";
import { whatIsHere } from "../kit/frame.js";
import { newId } from "../rules/ids.js";
import { stillHere } from "../rules/sending.js";
import { ask } from "../sending/ask.js";
import * as phone from "../store/phone.js";
import { t, timeOf } from "../texts/index.js";
import { gone } from "./leg.js";
import { saveCopy } from "./phone.js";

export function signOut({ state, go }) {
  const here = stillHere(state, Date.now());
  const leave = async () => {
    // Without network her token is only forgotten here; the lead can end it, and it opens nothing by itself.
    await ask("POST", "/api/devices/revoke", { token: state.me?.token, json: {} }).catch(() => {});
    await phone.wipe();
    go("", { replace: true });
  };
  const unsent = !here.nothing;
  return {
    nodes: [
      h("h1", {}, t("signOut.title")),
      h("p", {}, t("signOut.lead")),
      unsent
        ? [notice(h("p", {}, h("strong", {}, t("signOut.unsent", { what: whatIsHere(here) })))), saveCopy(state)]
        : null,
      h("p", {}, button(unsent ? t("signOut.yesUnsent", { what: whatIsHere(here) }) : t("signOut.yes"), leave, "button danger")),
      h("p", {}, link("#/you", t("signOut.no"))),
    ],
  };
}

let erased = null; // what the service said of it; shown once, and kept on no phone

export function erase({ state, go }) {
  const { me } = state;
  const here = stillHere(state, Date.now());
  if (!me?.token && erased) return { nodes: farewell(erased) };
  if (!me?.token) return gone(go);
  const said = h("div", {});
  const ask = async () => {
    const refusal = await eraseNow(me).catch(() => t("erase.later"));
    if (refusal) said.replaceChildren(alertBox(refusal));
    else go("you/erase");
  };
  return {
    nodes: [
      h("h1", {}, t("erase.title")),
      h("p", {}, t("erase.lead")),
      h("p", {}, t("erase.stays")),
      here.nothing ? null : notice(h("p", {}, h("strong", {}, t("signOut.unsent", { what: whatIsHere(here) })))),
      said,
      h("p", {}, button(t("erase.yes"), ask, "button danger")),
      h("p", {}, link("#/you", t("signOut.no"))),
    ],
  };
}

/** Null when it was done, else the sentence to show. Throws without network. */
async function eraseNow({ token, auditorId }) {
  const answer = await ask("DELETE", "/api/auditors/me", { token });
  if (!answer.ours) return t("erase.later");
  if (answer.status === 401 && (await wasSignedOut(token))) return t("erase.signedOut", { auditor: auditorId });
  if (answer.status >= 300 && answer.status !== 401) return answer.problem.detail;
  // Whom the service does not know any more was erased, by this phone perhaps, whose answer was lost on its way.
  erased = answer.status < 300 ? answer.body : {};
  await phone.wipe();
  return null;
}

/** Whether the service knows this phone, as one that was signed out: it says so where that may still ask for a walk. */
async function wasSignedOut(token) {
  const { ours, problem } = await ask("GET", `/api/walks/${newId()}/receipt`, { token });
  return !ours || problem?.type === "/problems/device-revoked";
}

function farewell({ receipt_id: id, erased_at: at, erased: gone, walks_severed: walks, kept }) {
  const title = h("h1", {}, t("erased.title"));
  if (!id) return [title, h("p", {}, t("erased.before"))];
  const counted = [
    ...["devices", "programmes", "notes", "captions", "held"].filter((kind) => gone[kind]).map((kind) => t(`erased.${kind}`, { n: gone[kind] })),
    ...(gone.equality_answers ? [t("erased.equality")] : []),
    ...(walks ? [t("erased.walks", { n: walks })] : []),
  ];
  const lines = [t("erased.number", { id }), t("erased.at", { when: timeOf(at) }), ...counted, kept];
  const file = () => new File([[t("erased.title"), ...lines, ""].join("\n")], "night-safety-receipt.txt", { type: "text/plain" });
  return [
    title,
    h("p", {}, t("erased.lead")),
    h("section", { class: "card" }, h("h2", {}, t("erased.receipt")), lines.map((line) => h("p", {}, line))),
    h("p", {}, button(t("erased.save"), () => giveFiles([file()]), "button quiet")),
    h("p", { class: "small" }, t("erased.once")),
  ];
}
