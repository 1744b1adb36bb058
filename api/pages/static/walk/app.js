// The app: finds the screen that an address means, draws it on what is on this phone, and keeps sending.
import { drawFrame, drawStatus, drawUnsaved, forgetUnsaved } from "./kit/frame.js";
import { letGo } from "./kit/press.js";
import { SCREENS } from "./screens/index.js";
import { refresh } from "./sending/fetching.js";
import { keepSending } from "./sending/when.js";
import * as phone from "./store/phone.js";
import { speak, t } from "./texts/index.js";

const main = document.getElementById("main");
let leave = () => {};
let shown = null;
let from = ""; // the screen before this one
let live = false;
let drawing = Promise.resolve();

const pathNow = () => decodeURIComponent(location.hash.replace(/^#\/?/, ""));

/** The screen of the present address, what its path names, and the state of the phone. */
async function here() {
  const path = pathNow();
  const state = await phone.read();
  for (const [pattern, screen] of SCREENS) {
    const found = path.match(pattern);
    if (found) return { path, screen, state, params: found.groups ?? {} };
  }
  return { path: "", screen: SCREENS[0][1], state, params: {} };
}

const draw = (options) => (drawing = drawing.then(() => drawNow(options)).catch(report));

async function drawNow({ keepFocus = false, moved = false } = {}) {
  const { path, screen, state, params } = await here();
  // What was saved meanwhile may have drawn the screen of the new address before the browser told of the address.
  if (moved && path === shown) return;
  speak(state.choices);
  const again = keepFocus && path === shown;
  // A screen in which somebody types or chooses is not drawn again under her hands.
  if (again && !live) {
    await letGo();
    drawStatus(state);
    return;
  }
  const focused = again && main.contains(document.activeElement) ? document.activeElement : null;
  leave();
  if (!again && shown !== null) from = shown;
  const made = await screen({ state, params, from, go, redraw: () => redraw() });
  if (!made) return;
  if (again) await letGo();
  leave = made.leave ?? (() => {});
  live = made.live ?? false;
  if (!again) forgetUnsaved();
  drawFrame(state, path);
  drawStatus(state);
  main.replaceChildren(...[made.nodes].flat(Infinity).filter(Boolean));
  main.querySelector("h1")?.setAttribute("tabindex", "-1");
  document.title = t("frame.page", { heading: main.querySelector("h1")?.textContent ?? "" });
  if (focused) focusAgain(focused);
  else if (!again && shown !== null) begin();
  shown = made.at ?? path; // a screen may have taken a code out of its address
  main.dataset.screen = shown;
}

const redraw = () => {
  live = true;
  return draw({ keepFocus: true });
};

/** The screen was drawn anew under her finger: it stays on the same thing, or goes to the heading where that is gone. */
function focusAgain(before) {
  const same = (one) => one.textContent === before.textContent && one.getAttribute("href") === before.getAttribute("href");
  const there = before.id
    ? document.getElementById(before.id)
    : [...main.querySelectorAll(before.tagName)].find(same);
  if (there) there.focus({ preventScroll: true });
  else main.querySelector("h1")?.focus({ preventScroll: true });
}

/** A new screen begins at its heading, for eyes and for screen readers alike. */
function begin() {
  scrollTo(0, 0);
  main.querySelector("h1")?.focus();
}

function go(path, { replace = false } = {}) {
  const to = `#/${path}`;
  if (pathNow() === decodeURIComponent(path)) draw();
  else if (replace) location.replace(to);
  else location.hash = to;
}

function report(reason) {
  console.error(reason);
  main.replaceChildren(document.getElementById("trouble").content.cloneNode(true));
}

async function installOffline() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register("/walk/worker.js", { type: "module", scope: "/walk" });
  } catch {
    // A browser without modules in service workers opens offline all the same.
    await navigator.serviceWorker.register("/walk/offline.js", { scope: "/walk" }).catch(() => {});
  }
}

addEventListener("hashchange", () => draw({ moved: true }));
// A touch that could not be saved, whatever it was.
addEventListener("unhandledrejection", ({ reason }) => drawUnsaved(reason));
phone.onChange(() => draw({ keepFocus: true }));
await draw();
installOffline();
keepSending();
refresh();
