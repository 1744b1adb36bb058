// Help, one tap away on every screen and without network. Its numbers are data of the service, kept on the phone.
import { h, link, notice } from "../kit/dom.js";
import { dayOf, t } from "../texts/index.js";

const BUILT_IN = "/walk/help-routes.json"; // part of what is kept for being offline

export async function help({ state, from }) {
  const { routes, dated } = state.programme?.helpRoutes ?? (await builtIn());
  return {
    nodes: [
      h("h1", {}, t("help.title")),
      h("p", {}, h("strong", {}, t("help.notCrime"))),
      h("ul", { class: "routes" }, routes.map(route)),
      h("p", { class: "small" }, t("help.dated", { day: dayOf(dated) })),
      notice(h("p", {}, t("help.leave"))),
      h("p", {}, link(`#/${from}`, t("help.back"), "button quiet")),
    ],
  };
}

const builtIn = async () => (await fetch(BUILT_IN)).json();

function route({ name, contact, kind, when, note, confirmed }) {
  return h(
    "li",
    {},
    h("h2", {}, name),
    h("a", { class: "button", href: addressOf(kind, contact) }, t(`help.${kind}`, { contact })),
    h("p", {}, when),
    note ? h("p", {}, note) : null,
    confirmed ? null : h("p", { class: "small" }, t("help.unconfirmed")),
  );
}

function addressOf(kind, contact) {
  if (kind === "web") return contact;
  return `${kind === "text" ? "sms" : "tel"}:${contact.replace(/\s/g, "")}`;
}
