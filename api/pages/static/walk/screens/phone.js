// What is on this phone: each thing with its state, a way to send it now, and a copy to save.
import { alertBox, button, giveFiles, h, link, notice } from "../kit/dom.js";
import { whatIsHere } from "../kit/frame.js";
import { stillHere } from "../rules/sending.js";
import { walkFiles } from "../rules/walkfile.js";
import { sendingState, sendNow } from "../sending/when.js";
import * as store from "../store/phone.js";
import { dayOf, t, when } from "../texts/index.js";

export async function phone({ state, redraw }) {
  const here = stillHere(state, Date.now());
  const walking = state.legs.some((leg) => leg.sending === "walking");
  const mayVanish = !here.nothing && !(await store.isKeptForGood());
  return {
    live: true,
    nodes: [
      h("h1", {}, t("phone.title")),
      h("p", { role: "status" }, here.nothing && !here.held ? t("phone.nothing") : sentence(here)),
      here.late ? notice(h("p", {}, t("home.late", { day: dayOf(here.since) }))) : null,
      walking ? h("p", {}, t("phone.walking")) : null,
      sendable(state) ? sending() : null,
      waiting(state, redraw),
      mayVanish ? h("p", { class: "small" }, t("phone.mayVanish")) : null,
      here.nothing && !here.held ? null : saveCopy(state),
      state.handedIn.length ? [h("h2", {}, t("phone.handedIn")), h("ul", { class: "stops" }, state.handedIn.map(handedIn))] : null,
      h("p", {}, link("#/", t("phone.start"), here.nothing ? "button" : "link")),
      h("p", {}, link("#/you/sign-out", t("you.signOut"))),
    ],
  };
}

/** Whether a touch can send anything: what is still recorded waits for its end, what was refused for her. */
const sendable = ({ legs, photos, responses, equality }) =>
  Boolean(equality && equality.sending !== "refused") ||
  legs.some((leg) => ["waiting", "trying", "arrived"].includes(leg.sending)) ||
  responses.some((response) => response.ready && ["waiting", "trying"].includes(response.sending)) ||
  photos.some((photo) => photo.sending === "waiting" && !legs.some((leg) => leg.id === photo.walkId));

function sending() {
  const state = !navigator.onLine && sendingState() !== "sending" ? "offline" : sendingState();
  return [
    h("p", {}, button(t(`phone.send.${state}`), () => sendNow({ asked: true }), "button", { id: "send" })),
    h("p", { class: "small" }, t("phone.noBackground")),
  ];
}

const sentence = (here) =>
  here.nothing ? t("phone.held", { n: here.held }) : t("phone.here", { what: whatIsHere(here) });

function waiting({ legs, stops, photos, responses, equality }, redraw) {
  const walks = legs.filter((leg) => leg.role === "recorder");
  const orphans = photos.filter((photo) => !walks.some((leg) => leg.id === photo.walkId));
  return [
    walks.map((leg) => walkCard(leg, stops, photos.filter((photo) => photo.walkId === leg.id), redraw)),
    orphans.length ? h("section", { class: "card" }, h("h2", {}, t("phone.photosLeft")), photoList(orphans, redraw)) : null,
    responses.length ? h("section", { class: "card" }, h("h2", {}, t("phone.responses")), responseList(responses, redraw)) : null,
    equality ? equalityCard(equality, redraw) : null,
  ];
}

const equalityCard = ({ sending = "waiting", problem }, redraw) =>
  h(
    "section",
    { class: "card" },
    h("h2", {}, t("phone.equality")),
    state({ sending, problem }),
    sending === "refused" ? giveUp(t("phone.removeEquality"), store.forgetEquality, redraw) : null,
  );

function walkCard(leg, stops, photos, redraw) {
  const own = stops.filter((stop) => stop.walkId === leg.id);
  const counted = [t("count.stops", { n: own.length }), photos.length ? t("count.photos", { n: photos.length }) : null];
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t(`leg.${leg.leg}.of`, { code: leg.code })),
    h("p", {}, when(leg.startedAt), " · ", counted.filter(Boolean).join(", ")),
    state(leg),
    leg.sending === "walking" ? h("p", {}, link(`#/leg/${leg.id}`, t("home.continue"))) : null,
    leg.sending === "walking" ? null : photoList(photos, redraw),
    leg.sending === "refused" ? giveUp(t("phone.removeWalk"), () => store.removeWalk(leg), redraw) : null,
  );
}

const photoList = (photos, redraw) =>
  h("ul", { class: "answered" }, photos.map((photo, place) =>
    h("li", {}, t("photo.alt", { number: place + 1 }), state(photo),
      photo.sending === "refused" ? giveUp(t("phone.removePhoto"), () => store.removePhoto(photo), redraw) : null)));

const responseList = (responses, redraw) =>
  h("ul", { class: "answered" }, responses.map((response) =>
    h("li", {}, t("leg.stop", { number: response.sequence }), state(response.ready ? response : { sending: "walking" }),
      response.sending === "refused" ? giveUp(t("phone.removeResponse"), () => store.removeResponse(response), redraw) : null)));

function handedIn({ leg, code, stops, photos, state: ended, startedAt, problems }) {
  return h(
    "li",
    {},
    h("strong", {}, t(`leg.${leg}.of`, { code })),
    h("span", { class: "small" }, `${when(startedAt)} · ${t("count.stops", { n: stops })}, ${t("count.photos", { n: photos })}`),
    h("span", {}, t(`phone.state.${ended}`)),
    problems.map((problem) => h("span", { class: "small" }, problem)),
  );
}

/** Waiting, here by now and kept until all is, or refused and why. */
const state = ({ sending, problem }) =>
  h("p", { class: `small state ${sending}` }, t(`sending.${sending}`), problem ? ` ${problem}` : "");

function giveUp(text, remove, redraw) {
  return h("details", {}, h("summary", {}, text), h("p", {}, t("phone.removeHint")),
    button(t("phone.removeYes"), () => remove().then(redraw), "button danger"));
}

/** The unsent work as a file that the operator can take in. */
export function saveCopy(state) {
  const said = h("div", { role: "status" });
  const save = async () => {
    try {
      const contents = await walkFiles(state, store.photoBytes, new Date().toISOString());
      if (await giveFiles(contents.map(copyNamed))) said.textContent = t("copy.done");
    } catch {
      said.replaceChildren(alertBox(t("copy.failed")));
    }
  };
  return h(
    "section",
    {},
    h("h2", {}, t("copy.title")),
    h("p", {}, t("copy.lead")),
    state.legs.some((leg) => leg.sending === "walking") ? h("p", {}, t("copy.walking")) : null,
    h("p", {}, button(t("copy.save"), save, "button quiet")),
    said,
  );
}

function copyNamed(content, place) {
  const name = ["night-safety-walk", content.saved_at.slice(0, 10), ...(place ? [place + 1] : [])].join("-");
  return new File([JSON.stringify(content)], `${name}.json`, { type: "application/json" });
}
