// Questions about who walked: optional, one by one, and never shown again on a phone that others use too.
import { alertBox, button, choices, h, link } from "../kit/dom.js";
import { ask } from "../sending/ask.js";
import { sendNow } from "../sending/when.js";
import * as phone from "../store/phone.js";
import { t } from "../texts/index.js";

export function equality({ state, go }) {
  const set = state.programme?.equality;
  if (state.choices.noEquality || !set) {
    return { nodes: [h("h1", {}, t("equality.title")), h("p", {}, t("equality.absent")), h("p", {}, link("#/you", t("equality.back")))] };
  }
  const said = h("div", {});
  const form = h("div", {});
  const answers = {};
  const draw = () => form.replaceChildren(...set.questions.filter((one) => isPut(one, answers)).map((one) => question(one, answers, draw)));
  draw();
  return {
    nodes: [
      h("h1", {}, t("equality.title")),
      h("p", {}, set.introduction),
      h("p", {}, button(t("equality.skip"), () => go("you", { replace: true }), "button quiet")),
      h("p", {}, button(t("equality.never"), () => phone.choose({ noEquality: true }).then(() => go("you", { replace: true })), "button quiet")),
      form,
      h("p", {}, button(t("equality.send"), () => send(set, answers, said, go))),
      said,
      h("p", {}, button(t("equality.delete"), () => takeBack(state, said), "button quiet")),
    ],
  };
}

const isPut = ({ follows }, answers) =>
  !follows || [answers[follows.question]].flat().includes(follows.choice);

function question({ key, text, hint, kind, choices: offered }, answers, draw) {
  const several = kind === "many";
  return choices({
    legend: text, hint, name: key, type: several ? "checkbox" : "radio", wide: true, chosen: answers[key] ?? (several ? [] : null),
    options: offered.map((choice) => [choice.key, choice.group ? `${choice.group}: ${choice.label}` : choice.label]),
    onchange: (chosen, on) => {
      const before = answers[key] ?? [];
      answers[key] = several ? (on ? [...before, chosen] : before.filter((one) => one !== chosen)) : chosen;
      if (several && !answers[key].length) delete answers[key];
      redrawFollowers(key, draw);
    },
  });
}

/** Questions that hang on this one come and go; the finger stays where it was. */
function redrawFollowers(key, draw) {
  const value = document.activeElement?.value;
  draw();
  document.querySelector(`input[name="${key}"][value="${value}"]`)?.focus();
}

async function send(set, answers, said, go) {
  const put = Object.fromEntries(
    Object.entries(answers).filter(([key]) => isPut(set.questions.find((one) => one.key === key), answers)),
  );
  if (!Object.keys(put).length) {
    said.replaceChildren(alertBox(t("equality.none")));
    return;
  }
  await phone.keepEquality({ question_set: set.version, answers: put });
  sendNow();
  go("you", { replace: true });
}

async function takeBack(state, said) {
  try {
    await phone.forgetEquality();
    const answer = await ask("DELETE", "/api/auditors/me/equality", { token: state.me.token });
    const done = answer.ours && (answer.status < 300 || answer.status === 404);
    said.replaceChildren(alertBox(done ? t("equality.deleted") : (answer.problem?.detail ?? t("erase.later"))));
  } catch {
    said.replaceChildren(alertBox(t("erase.later")));
  }
}
