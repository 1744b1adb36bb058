// Bring to the service what is on this phone: walks first, then answers, then photos. What has arrived is never sent
// again: after an attempt of unknown end the receipt is asked; and only a receipt lets go of a copy.
import { base64Of } from "../rules/ids.js";
import { photosToSend, verdict } from "../rules/sending.js";
import { responseBody } from "../rules/walking.js";

const MAX_TRIES = 3; // a photo that was damaged on the way this often is damaged here

/** The service cannot take anything just now; or, where `alone`, not this one thing. */
export class Later extends Error {
  constructor({ retryAfter = null, alone = false } = {}) {
    super("later");
    Object.assign(this, { retryAfter, alone });
  }
}

/** One pass over everything that waits. `phone` is store/phone.js, `ask` is sending/ask.js. Throws Later. */
export async function sendAll({ phone, ask, now = () => new Date().toISOString() }) {
  await phone.finishRested();
  const { me } = await phone.read();
  if (!me?.token) return;
  const visit = new Visit({ phone, ask, now, me });
  await visit.each("legs", (leg) => leg.body && ["waiting", "trying"].includes(leg.sending), (leg) => visit.walk(leg));
  await visit.each("responses", (one) => one.ready && one.sending !== "refused", (one) => visit.response(one));
  await visit.each("legs", (leg) => leg.sending === "arrived", (leg) => visit.photosAndReceipt(leg));
  await visit.past(() => visit.equality());
  if (visit.stumbled) throw new Later();
}

class Visit {
  constructor(parts) {
    Object.assign(this, parts);
    this.barred = new Set(); // tokens that opened nothing but, perhaps, walks that were begun before
    this.stumbled = false;
  }

  async each(kind, waits, bring) {
    const found = (await this.phone.read())[kind].filter(waits);
    for (const thing of found) await this.past(() => bring(thing));
  }

  /** What stumbles alone is left for the next time, and keeps nothing else here. */
  async past(bring) {
    try {
      await bring();
    } catch (reason) {
      if (!reason.alone) throw reason;
      this.stumbled = true;
    }
  }

  /** The token of whoever made it: this phone may have joined again since, as somebody new. */
  tokenOf({ auditorId }) {
    return this.me.former?.[auditorId] ?? this.me.token;
  }

  async asked(method, path, of, sent = {}) {
    const token = this.tokenOf(of);
    let answer;
    try {
      answer = await this.ask(method, path, { token, ...sent });
    } catch {
      throw new Later(); // no network, or it went away
    }
    const came = verdict(answer);
    if (came === "later") throw new Later(answer);
    if (came === "stumbled") throw new Later({ alone: true });
    if (came === "signed-out") await this.bar(token, answer.problem.detail);
    return { came, ...answer };
  }

  /** What is barred waits until she joins again; what she made as somebody else will never be taken from this phone. */
  unlessBarred(came, of) {
    if (came !== "signed-out") return came;
    return this.tokenOf(of) === this.me.token ? "waiting" : "refused";
  }

  async bar(token, why) {
    this.barred.add(token);
    if (token === this.me.token) await this.phone.signedOut(why);
  }

  /** What the receipt at `path` says; null where there is none. */
  async receipt(path, of) {
    const { came, body } = await this.asked("GET", path, of);
    return came === "arrived" ? body : null;
  }

  async walk(leg) {
    if (leg.sending === "trying" && (await this.receipt(`/api/walks/${leg.id}/receipt`, leg))) {
      await this.phone.amendLeg(leg.id, { sending: "arrived" });
      return;
    }
    await this.phone.amendLeg(leg.id, { sending: "trying" });
    const json = { ...leg.body, client_sent_at: this.now() };
    // Only what is said here bars the walk: a phone that was signed out may bring those that it began before.
    const { came, problem } = await this.asked("PUT", `/api/walks/${leg.id}`, leg, { json });
    await this.phone.amendLeg(leg.id, { sending: this.unlessBarred(came, leg), problem: problem?.detail ?? null });
  }

  async response(response) {
    // A phone that was signed out may still bring walks that were begun before, and nothing else.
    const token = this.tokenOf(response);
    if (token === this.me.token && this.barred.has(token)) return;
    const path = `/api/responses/${response.id}`;
    // Tried before and cut off, or held for its walk: ask what is there.
    if (response.sending !== "waiting" && (await this.told(response, await this.receipt(`${path}/receipt`, response)))) return;
    await this.phone.amendResponse(response, { sending: "trying" });
    const { came, problem } = await this.asked("PUT", path, response, { json: responseBody(response) });
    const sending = this.unlessBarred(came, response);
    if (sending !== "arrived") await this.phone.amendResponse(response, { sending, problem: problem.detail });
    else await this.told(response, await this.receipt(`${path}/receipt`, response));
  }

  /** Act on a response's receipt; whether there was one. While it is held for its walk, the copy stays. */
  async told(response, receipt) {
    if (!receipt) return false;
    if (receipt.state === "received") await this.phone.removeResponse(response);
    else await this.phone.amendResponse(response, { sending: receipt.state, problem: receipt.reason });
    return true;
  }

  async photosAndReceipt(leg) {
    const path = `/api/walks/${leg.id}`;
    let receipt = await this.receipt(`${path}/receipt`, leg);
    if (!receipt) {
      // Arrived once and not there any more: a service that was restored from before. It is sent again.
      await this.phone.amendLeg(leg.id, { sending: "waiting" });
      return;
    }
    if (receipt.state === "incomplete") {
      await this.photos(leg, receipt);
      receipt = await this.completed(leg, path);
    }
    if (receipt && receipt.state !== "incomplete") await this.phone.handedIn(leg, receipt);
  }

  async photos(leg, receipt) {
    const photos = (await this.phone.read()).photos.filter((photo) => photo.walkId === leg.id);
    await this.refuse(receipt, photos);
    const missing = new Set(receipt.missing_photos);
    const told = new Set(leg.body.photos.map((photo) => photo.id));
    for (const photo of photos.filter(({ id, sending }) => told.has(id) && !missing.has(id) && sending === "waiting")) {
      await this.phone.amendPhoto(photo.id, { sending: "arrived" });
    }
    for (const photo of photosToSend(receipt, photos).send) await this.past(() => this.photo(photo, leg));
  }

  async photo(photo, leg) {
    const bytes = await this.phone.photoBytes(photo);
    const digest = base64Of(Uint8Array.from(photo.sha256.match(/../g), (pair) => parseInt(pair, 16)));
    const headers = { "Content-Type": photo.mediaType, "Content-Digest": `sha-256=:${digest}:` };
    const { came, problem } = await this.asked("PUT", `/api/photos/${photo.id}`, leg, { bytes, headers });
    if (came === "arrived") await this.phone.amendPhoto(photo.id, { sending: "arrived" });
    if (came !== "refused") return;
    const tries = photo.tries + 1;
    const again = problem.type === "/problems/photo-mismatch" && tries < MAX_TRIES;
    await this.phone.amendPhoto(photo.id, { sending: again ? "waiting" : "refused", problem: problem.detail, tries });
    if (again) throw new Later({ alone: true });
  }

  async refuse(receipt, photos) {
    for (const { id, reason } of receipt.refused_photos) {
      if (photos.some((photo) => photo.id === id)) await this.phone.amendPhoto(id, { sending: "refused", problem: reason });
    }
  }

  /** Say that all is sent, and give what a GET says then; null where photos are still to come. */
  async completed(leg, path) {
    const photos = (await this.phone.read()).photos.filter((photo) => photo.walkId === leg.id);
    const receipt = await this.receipt(`${path}/receipt`, leg);
    if (!receipt) return null;
    const { without, send } = photosToSend(receipt, photos);
    if (send.length) return null;
    const { came } = await this.asked("POST", `${path}/complete`, leg, { json: { without } });
    return came === "arrived" ? this.receipt(`${path}/receipt`, leg) : null;
  }

  async equality() {
    const { equality } = await this.phone.read();
    if (!equality || equality.sending === "refused" || this.barred.has(this.tokenOf(equality))) return;
    const { question_set, answers } = equality;
    const json = { question_set, answers };
    const { came, problem } = await this.asked("PUT", "/api/auditors/me/equality", equality, { json });
    if (came === "arrived") await this.phone.forgetEquality();
    if (came === "refused") await this.phone.refusedEquality(problem.detail);
  }
}
