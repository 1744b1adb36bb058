// When to send: on opening, when the network or the page comes back, after a while, and in the background where it goes.
import * as phone from "../store/phone.js";
import { waitMs } from "../rules/sending.js";
import { ask } from "./ask.js";
import { Later, sendAll } from "./send.js";

export const TAG = "night-safety-send";
const LOCK = "night-safety-sending";
const LOOK_AGAIN_MS = 10 * 60000;

let attempt = 0;
let timer = null;
let notBefore = 0; // what the service asked for by Retry-After, on the clock that nobody sets
let state = "idle"; // "idle", "sending", "later"
let again = false; // something was finished while a pass was under way, which may have gone by it

export const sendingState = () => state;

function become(next) {
  state = next;
  phone.tell();
}

/** One pass, by one tab or the background alone; throws Later, also where another one is at it. */
export const sendOnce = () =>
  navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) throw new Later();
    await sendAll({ phone, ask });
  });

/** One pass now; `asked` by a hand, which need not wait as long as the service asked the phone to. */
export async function sendNow({ asked = false } = {}) {
  again = state === "sending";
  if (again || (!asked && performance.now() < notBefore)) return;
  clearTimeout(timer);
  become("sending");
  try {
    await sendOnce();
    attempt = 0;
    timer = setTimeout(sendNow, again ? 0 : LOOK_AGAIN_MS);
    become("idle");
  } catch (reason) {
    attempt += 1;
    const wait = waitMs(attempt, reason.retryAfter);
    notBefore = reason.retryAfter ? performance.now() + wait - 50 : 0;
    timer = setTimeout(sendNow, wait);
    become("later");
    await inBackground();
  }
}

/** Ask the browser to send when there is network again, even if this page is closed by then. */
async function inBackground() {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.sync?.register(TAG);
  } catch {
    // Not every browser does; the page itself tries again.
  }
}

export function keepSending() {
  addEventListener("online", () => sendNow());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sendNow());
  return sendNow();
}
