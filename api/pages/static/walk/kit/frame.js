// What is around every screen: help and the way out, one tap away, and what is still on this phone.
import { stillHere } from "../rules/sending.js";
import { sendingState } from "../sending/when.js";
import { settled } from "../store/phone.js";
import { locale, t } from "../texts/index.js";
import { button, h, link } from "./dom.js";

const ELSEWHERE = "https://www.bbc.co.uk/weather";
const PRESSES_TO_LEAVE = 3;
const LONGEST_SAVING_MS = 1000;
const LEFT = "left";

const bar = document.getElementById("bar");
const status = document.getElementById("status");
const trouble = document.getElementById("unsaved");

export function drawFrame(state, path) {
  const theme = state.choices.theme ?? themeByHour();
  document.documentElement.dataset.theme = theme;
  document.documentElement.lang = locale();
  bar.setAttribute("aria-label", t("frame.bar"));
  bar.replaceChildren(
    wayBack(state, path),
    link("#/help", t("frame.help"), "help"),
    h("button", { type: "button", class: "leave", onclick: leaveNow }, t("frame.leave")),
  );
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--ground");
  document.querySelector('meta[name="theme-color"]').content = ground.trim();
}

/** To the walk that is under way, wherever she looked meanwhile; from there to the start. */
function wayBack({ me, legs }, path) {
  if (path === "" || !me?.token) return h("span", { class: "name" }, t("frame.name"));
  const walking = legs.findLast((leg) => leg.sending === "walking");
  const back = walking && path !== `leg/${walking.id}`;
  return h("a", { class: "home", href: back ? `#/leg/${walking.id}` : "#/" }, t(back ? "frame.walk" : "frame.home"));
}

/** Somewhere harmless: dark at once, and away as soon as the field in which she typed is saved as well. */
export async function leaveNow() {
  document.activeElement?.blur();
  document.body.hidden = true;
  document.title = t("frame.away");
  sessionStorage.setItem(LEFT, LEFT);
  await Promise.race([settled(), new Promise((done) => setTimeout(done, LONGEST_SAVING_MS))]);
  location.replace(navigator.onLine ? ELSEWHERE : "/walk/away");
}

/** Whoever presses Back after that sees nothing of this; it opens again by its icon or its address. */
function leaveAgain(cameBack) {
  if (cameBack && sessionStorage.getItem(LEFT)) leaveNow();
  else sessionStorage.removeItem(LEFT);
}
leaveAgain(performance.getEntriesByType("navigation")[0]?.type === "back_forward");
addEventListener("pageshow", ({ persisted }) => persisted && leaveAgain(true));

/** Say that something could not be saved, and what to do; until the next screen or until she closes it. */
export function drawUnsaved(reason) {
  const text = reason?.name === "QuotaExceededError" ? t("trouble.full") : t("trouble.other");
  trouble.replaceChildren(h("p", {}, text), button(t("trouble.close"), () => trouble.replaceChildren(), "button quiet small"));
}
export const forgetUnsaved = () => trouble.replaceChildren();

// As on GOV.UK: Shift, three times, leaves too. Held down it is pressed once.
let presses = 0;
addEventListener("keydown", (event) => {
  if (event.repeat) return;
  presses = event.key === "Shift" ? presses + 1 : 0;
  if (presses === PRESSES_TO_LEAVE) leaveNow();
});

/** One line that is always there: what is on this phone alone, and whether it is being sent. */
export function drawStatus(state) {
  const here = stillHere(state, Date.now());
  const text = h("span", {}, statusText(state, here));
  status.className = here.late || here.refused || state.me?.signedOut ? "status late" : "status";
  status.hidden = !state.me?.token;
  if (status.textContent !== text.textContent) status.replaceChildren(h("a", { href: "#/phone" }, text));
}

function statusText(state, here) {
  if (state.me?.signedOut) return t("status.signedOut");
  if (here.nothing) return here.held ? t("status.held", { n: here.held }) : t("status.nothing");
  const walked = state.legs.some((leg) => leg.sending === "walking");
  const what = whatIsHere(here);
  if (here.refused) return t("status.refused", { what });
  if (walked) return t("status.saved", { what });
  return t(sendingState() === "sending" ? "status.sending" : "status.waiting", { what });
}

/** "2 stops, 8 photos": what has not arrived. */
export function whatIsHere(here) {
  const parts = ["stops", "photos", "responses", "equality"].filter((kind) => here[kind]).map((kind) => t(`count.${kind}`, { n: here[kind] }));
  return parts.length ? parts.join(", ") : t("count.walks", { n: here.walks });
}

/** Dark where it is night or the phone is set to dark; a bright screen blinds who walks. */
function themeByHour() {
  const hour = new Date().getHours();
  const night = hour >= 17 || hour < 7;
  return night || matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
