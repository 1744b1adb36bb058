// What is under a finger is not drawn anew: a tap that begins on an element has to end on it, or it is lost.
const CLICK_FOLLOWS_MS = 50; // after the finger was lifted, at most

let released = Promise.resolve();
let release = () => {};

/** Resolves when nobody presses anything. */
export const letGo = () => released;

addEventListener("pointerdown", () => {
  release();
  released = new Promise((done) => (release = done));
}, true);
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, () => setTimeout(release, CLICK_FOLLOWS_MS), true);
}
