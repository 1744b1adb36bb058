// Her and this phone: how it looks and reads, what she told, and how to leave.
import { choices, h, link } from "../kit/dom.js";
import * as phone from "../store/phone.js";
import { languages, t } from "../texts/index.js";

export function you({ state, redraw }) {
  const { choices: chosen } = state;
  const set = async (changes) => {
    await phone.choose(changes);
    await redraw();
  };
  return {
    nodes: [
      h("h1", {}, t("you.title")),
      choices({
        legend: t("you.theme"), name: "theme", chosen: chosen.theme ?? "auto",
        options: ["auto", "dark", "light"].map((theme) => [theme, t(`you.theme.${theme}`)]),
        onchange: (theme) => set({ theme: theme === "auto" ? null : theme }),
      }),
      choices({
        legend: t("you.reading"), name: "reading", chosen: chosen.easyRead ? "easy" : "full",
        options: [["full", t("you.reading.full")], ["easy", t("you.reading.easy")]],
        onchange: (reading) => set({ easyRead: reading === "easy" }),
      }),
      languageChoice(chosen, set),
      state.me?.token ? hers(chosen) : null,
    ],
  };
}

function languageChoice({ language }, set) {
  const offered = languages();
  if (offered.length < 2) return null;
  return choices({
    legend: t("you.language"), name: "language", chosen: language ?? offered[0][0], options: offered,
    onchange: (chosen) => set({ language: chosen }),
  });
}

const hers = (chosen) =>
  h("ul", { class: "links" }, [
    ["#/you/reported", t("home.reported")],
    chosen.noEquality ? null : ["#/you/equality", t("equality.title")],
    ["#/join", t("you.join")],
    ["#/you/sign-out", t("you.signOut")],
    ["#/you/erase", t("you.erase")],
  ].filter(Boolean).map(([href, text]) => h("li", {}, link(href, text))));
