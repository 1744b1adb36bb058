// What is on this phone: who she is, her programme, her legs with their stops, photos and answers. Saved at once.
import { hexOf, newId, stopIdOf, walkIdOf } from "../rules/ids.js";
import { newResponse, newStop, restedLongEnough, saysSomething, walkBody } from "../rules/walking.js";
import * as sealed from "./sealed.js";

export const CHANGED = "night-safety-changed";
const channel = new BroadcastChannel(CHANGED);
const now = () => new Date().toISOString();

/** Call `heard` whenever something on this phone changes, here or in another tab or in the background. */
export function onChange(heard) {
  addEventListener(CHANGED, heard);
  channel.addEventListener("message", heard);
}

export function tell() {
  dispatchEvent(new Event(CHANGED));
  channel.postMessage(CHANGED);
}

/** Until what is being changed now is saved. */
export const settled = () => sealed.inTurn(() => {});

async function write(put, gone) {
  await sealed.write(put, gone);
  tell();
}

const row = (kind) => (value) => ({ id: value.id, kind, value });
const legRow = row("leg");
const stopRow = row("stop");
const photoRow = row("photo");
const responseRow = row("response");
const setting = (id, value) => ({ id, kind: "setting", value });
const bytesId = (photo) => `${photo.id} bytes`;

/** Everything but the photos' bytes, as it is now. */
export async function read() {
  const [me, programme, choices, equality, legs, stops, photos, responses, handedIn] = await sealed.look(
    ["me", "programme", "choices", "equality"],
    ["leg", "stop", "photo", "response", "handed-in"],
  );
  legs.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  stops.sort((a, b) => a.sequence - b.sequence);
  responses.sort((a, b) => a.sequence - b.sequence);
  handedIn.sort((a, b) => b.receivedAt.localeCompare(a.receivedAt));
  return { me, programme, choices: choices ?? {}, equality, legs, stops, photos, responses, handedIn };
}

export const photoBytes = (photo) => sealed.bytesOf(bytesId(photo));

/** The phone's own id: made once, so that joining again keeps its auditor. */
export async function deviceId() {
  const me = await sealed.one("me");
  if (me?.deviceId) return me.deviceId;
  const made = { deviceId: newId() };
  await write([setting("me", made)]);
  return made.deviceId;
}

/** She joined; what she walked as somebody else before she was signed out still goes under that token. */
export const joined = ({ token, auditorId, programme }) =>
  sealed.inTurn(async () => {
    const device = await deviceId();
    const { auditorId: last, token: lastToken, former } = await sealed.one("me");
    const { [auditorId]: _, ...others } = { ...former, ...(last ? { [last]: lastToken } : {}) };
    const me = { deviceId: device, token, auditorId, signedOut: null, former: others };
    await write([setting("me", me), setting("programme", programme)]);
  });

/** Ask the browser not to clear what is here when space is short: it may ask her, so only where she sees why. */
export const keepForGood = () => navigator.storage?.persist?.().catch(() => false);
export const isKeptForGood = async () => (await navigator.storage?.persisted?.()) ?? false;

/** What `id` names may be gone when an answer comes or a photo is painted: given up, or she signed out. Then nothing is kept. */
const whileThere = (id, work) => sealed.inTurn(async () => ((await sealed.one(id)) ? work() : null));
/** The same of a leg that has not ended: what it handed in is told by then, and nothing can be added. */
const whileWalking = (id, work) => sealed.inTurn(async () => ((await sealed.one(id))?.sending === "walking" ? work() : null));

/** Keep what was fetched with a token, unless this phone is somebody else's by now, or nobody's. */
export const keepProgramme = (programme, token) =>
  sealed.inTurn(async () => {
    if ((await sealed.one("me"))?.token === token) await write([setting("programme", programme)]);
  });
export const signedOut = (why) => sealed.amend("me", "setting", (me) => ({ ...me, signedOut: why })).then(tell);

export const choose = (changes) =>
  sealed.inTurn(async () => {
    const choices = (await sealed.one("choices")) ?? {};
    await write([setting("choices", { ...choices, ...changes })]);
  });

/** Begin a leg as the one who records it, or as one who answers beside it. */
export const begin = ({ programme, code, leg, role, groupSize = null, roles = [], pairedWith = null }) =>
  sealed.inTurn(async () => {
    const id = await walkIdOf(programme.id, code, leg);
    const { auditorId } = await sealed.one("me");
    const begun = {
      id, code, leg, role, groupSize, roles, auditorId, programmeId: programme.id, instrumentVersion: programme.instrument_version,
      pairedWalkId: pairedWith, startedAt: now(), endedAt: null, cutShort: false, cutShortReason: null, accounted: null,
      track: [], nextStop: 1, body: null, sending: "walking",
    };
    if (!(await sealed.one(id))) await write([legRow(begun)]);
    return id;
  });

export const amendLeg = (id, changes) => sealed.amend(id, "leg", (leg) => ({ ...leg, ...changes })).then(tell);

/** Add where she walked to the leg, without telling anybody: it happens every few seconds. */
export const addToTrack = (id, position, at) =>
  sealed.amend(id, "leg", (leg) => (leg.body ? leg : { ...leg, track: [...leg.track, { position, at }] }));

/** Save a stop where she stands; its number is never used again, so that all phones mean the same stop by it. */
export const saveStop = ({ id: walkId }, place) =>
  sealed.inTurn(async () => {
    const leg = await sealed.one(walkId);
    const sequence = leg.nextStop;
    const id = await stopIdOf(leg.programmeId, leg.code, leg.leg, sequence);
    const stop = { ...newStop({ id, walkId, sequence, at: now() }), ...place };
    await write([stopRow(stop), legRow({ ...leg, nextStop: sequence + 1 })]);
    return stop;
  });

export const amendStop = (id, change) => sealed.amend(id, "stop", change).then(tell);

export async function removeStop(stop, photos) {
  const own = photos.filter((photo) => photo.stopId === stop.id);
  await write([], [stop.id, `${stop.id} own`, ...own.flatMap((photo) => [photo.id, bytesId(photo)])]);
}

/** Keep a photo that was shrunk and painted anew, with its digest. */
export async function addPhoto(stop, bytes, mediaType) {
  const sha256 = hexOf(await crypto.subtle.digest("SHA-256", bytes));
  const photo = {
    id: newId(), walkId: stop.walkId, stopId: stop.id, sha256, bytes: bytes.byteLength, mediaType, caption: null,
    takenAt: now(), sending: "waiting", tries: 0,
  };
  if (!(await keepPhoto(photo, bytes))) throw new Error("its walk has ended, or its stop is gone");
}

/** Whether it was kept: neither its stop nor its walk was over. */
const keepPhoto = (photo, bytes) =>
  whileWalking(photo.walkId, async () => {
    if (!(await sealed.one(photo.stopId))) return false;
    await write([photoRow(photo), { id: bytesId(photo), kind: "bytes", value: bytes }]);
    return true;
  });

let painting = Promise.resolve();

/** Photos are being shrunk: a walk that is ended meanwhile waits for them. */
export function waitFor(work) {
  painting = Promise.allSettled([painting, work]);
  return work;
}

export const amendPhoto = (id, changes) => sealed.amend(id, "photo", (photo) => ({ ...photo, ...changes })).then(tell);

/** Remove a photo; gives what brings it back. */
export async function removePhoto(photo) {
  const bytes = await photoBytes(photo);
  await write([], [photo.id, bytesId(photo)]);
  return () => keepPhoto(photo, bytes);
}

/** Change what she answers alone at a stop; the first time, begin it. */
export const answerAlone = (leg, sequence, change) =>
  whileWalking(leg.id, async () => {
    const stopId = await stopIdOf(leg.programmeId, leg.code, leg.leg, sequence);
    // One to a stop on this phone: under the stop's id, so that two tabs cannot begin two.
    const key = `${stopId} own`;
    const first = { id: newId(), walkId: leg.id, auditorId: leg.auditorId, stopId, sequence, at: now() };
    const begun = (await sealed.one(key)) ?? newResponse(first);
    await write([{ id: key, kind: "response", value: { ...change(begun), changedAt: now() } }]);
  });

const responseKey = (response) => `${response.stopId} own`;
export const amendResponse = (response, changes) =>
  sealed.amend(responseKey(response), "response", (known) => ({ ...known, ...changes })).then(tell);
export const removeResponse = (response) => write([], [responseKey(response)]);

/** End a leg, once however often it is asked: from here on nothing of it changes, so sending again is the same. */
export async function finish(leg, how) {
  await painting;
  await sealed.inTurn(() => endOnce(leg.id, how));
}

async function endOnce(id, { accounted = null, cutShort = false, cutShortReason = null } = {}) {
  const { legs, stops, photos, responses } = await read();
  const leg = legs.find((one) => one.id === id && one.sending === "walking");
  if (!leg) return;
  const of = (things) => things.filter((thing) => thing.walkId === leg.id);
  const ended = { ...leg, endedAt: now(), accounted, cutShort, cutShortReason };
  const said = of(responses).filter(saysSomething).map((response) => ({ ...response, ready: true }));
  const unsaid = of(responses).filter((response) => !saysSomething(response)).map(responseKey);
  const done = said.map((response) => ({ id: responseKey(response), kind: "response", value: response }));
  if (leg.role !== "recorder") {
    await write(done, [leg.id, ...unsaid]);
    return;
  }
  const body = walkBody(ended, of(stops), of(photos));
  await write([legRow({ ...ended, body, track: null, sending: "waiting" }), ...done], unsaid);
}

/** Let answers go that were left for half a day on a phone that only follows. */
export async function finishRested() {
  const { legs, responses } = await read();
  for (const leg of legs.filter((one) => one.role !== "recorder")) {
    const own = responses.filter((response) => response.walkId === leg.id);
    const last = own.map((response) => response.changedAt).sort().at(-1) ?? leg.startedAt;
    if (restedLongEnough(last, Date.now())) await finish(leg);
  }
}

/** The receipt said that the walk is safe: forget the copy, but for photos that were refused, and remember that. */
export const handedIn = (leg, receipt) => whileThere(leg.id, () => letGoOf(leg, receipt));

async function letGoOf(leg, receipt) {
  const { stops, photos } = await read();
  const own = photos.filter((photo) => photo.walkId === leg.id);
  const told = new Set(leg.body.photos.map((photo) => photo.id));
  const safe = own.filter((photo) => photo.sending !== "refused" && told.has(photo.id));
  const ofWalk = stops.filter((stop) => stop.walkId === leg.id);
  const note = {
    id: `${leg.id} handed in`, walkId: leg.id, leg: leg.leg, code: leg.code, startedAt: leg.startedAt,
    stops: ofWalk.length, photos: safe.length, state: receipt.state, nightOf: receipt.night_of, receivedAt: now(),
    problems: receipt.problems.map((problem) => problem.detail),
  };
  const gone = [leg.id, ...ofWalk.map((stop) => stop.id), ...safe.flatMap((photo) => [photo.id, bytesId(photo)])];
  await write([{ id: note.id, kind: "handed-in", value: note }], gone);
}

/** Give up on a walk: one that was refused, after a copy was saved, or one begun by mistake. */
export async function removeWalk(leg) {
  const { stops, photos, responses } = await read();
  const own = (things) => things.filter((thing) => thing.walkId === leg.id);
  await write([], [
    leg.id,
    ...own(stops).map((stop) => stop.id),
    ...own(photos).flatMap((photo) => [photo.id, bytesId(photo)]),
    ...own(responses).filter((response) => !response.ready).map(responseKey),
  ]);
}

export const keepEquality = (answers) =>
  whileThere("me", async () => {
    const { auditorId } = await sealed.one("me");
    await write([setting("equality", { ...answers, auditorId })]);
  });

export const refusedEquality = (problem) =>
  sealed.amend("equality", "setting", (told) => ({ ...told, sending: "refused", problem })).then(tell);
export const forgetEquality = () => write([], ["equality"]);

/** Sign this phone out: nothing of her stays. */
export async function wipe() {
  await sealed.wipe();
  tell();
}
