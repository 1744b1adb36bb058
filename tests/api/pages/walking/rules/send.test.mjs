import assert from "node:assert/strict";
import { test } from "node:test";

import { sendAll } from "../../../../../api/pages/static/walk/sending/send.js";
import { leg, phoneWith, photo, refusal, response, service } from "./fakes.mjs";

const announcing = (...ids) => ({ body: { stops: [], photos: ids.map((id) => ({ id })) } });
const send = (phone, { ask }) => sendAll({ phone, ask, now: () => "2026-10-25T08:00:00Z" });
/** One pass; whether it asks for another. */
const wantsMore = (phone, served) => send(phone, served).then(() => false, (reason) => reason.message === "later");

test("walks go first, then answers, then photos; only the receipt lets go of the copy", async () => {
  const phone = phoneWith({ legs: [leg("w", announcing("p"))], photos: [photo("p", "w")], responses: [response("r", "w")] });
  const served = service();
  await send(phone, served);

  const order = ["PUT /api/walks/w", "PUT /api/responses/r", "PUT /api/photos/p", "POST /api/walks/w/complete"];
  assert.deepEqual(served.calls.filter((call) => !call.startsWith("GET")), order);
  assert.equal(served.calls.at(-1), "GET /api/walks/w/receipt");
  assert.deepEqual(phone.state.handedIn, [{ id: "w", state: "received" }]);
  assert.deepEqual([phone.state.legs, phone.state.photos, phone.state.responses], [[], [], []]);
});

for (const state of ["received", "quarantined", "accepted", "rejected"]) {
  test(`a receipt that says ${state} lets go of the copy`, async () => {
    const phone = phoneWith({ legs: [leg("w", { sending: "arrived" })] });
    const receipt = { state, missing_photos: [], refused_photos: [], problems: [] };
    await send(phone, service(() => ({ status: 200, ours: true, body: receipt, problem: null })));
    assert.deepEqual(phone.state.legs, []);
  });
}

test("a walk that is incomplete stays, whatever the answer to its completion says", async () => {
  const phone = phoneWith({ legs: [leg("w")] });
  const served = service(({ method, path }) =>
    path.endsWith("/complete") ? served.answer(200, { state: "received" }) : method === "PUT" ? null : incomplete);
  const incomplete = {
    status: 200, ours: true, problem: null,
    body: { state: "incomplete", missing_photos: [], refused_photos: [], problems: [] },
  };
  await send(phone, served);
  assert.equal(phone.state.legs.length, 1);
});

test("a refused photo stays here with its reason, and the others go", async () => {
  const phone = phoneWith({ legs: [leg("w", announcing("a", "b", "c"))], photos: ["a", "b", "c"].map((id) => photo(id, "w")) });
  const served = service(({ path }) => (path === "/api/photos/a" ? refusal(422, "It is no photo.") : null));
  await send(phone, served);

  assert.deepEqual([...served.photos], ["b", "c"]);
  assert.deepEqual(phone.state.photos.map(({ id, sending, problem }) => [id, sending, problem]), [["a", "refused", "It is no photo."]]);
  assert.deepEqual(phone.state.handedIn.map((one) => one.id), ["w"]);
});

test("a photo over which the service stumbles holds up neither its neighbours nor other walks", async () => {
  const phone = phoneWith({
    legs: [leg("w", announcing("a", "b")), leg("v", announcing("c"))],
    photos: [photo("a", "w"), photo("b", "w"), photo("c", "v")],
  });
  const served = service(({ path }) => (path === "/api/photos/a" ? refusal(500) : null));

  assert.equal(await wantsMore(phone, served), true);
  assert.deepEqual([...served.photos], ["b", "c"]);
  assert.deepEqual(phone.state.legs.map((one) => one.id), ["w"]);
  assert.deepEqual(phone.state.handedIn.map((one) => one.id), ["v"]);
});

test("a photo that was damaged on the way is tried three times, and then is damaged here", async () => {
  const phone = phoneWith({ legs: [leg("w", announcing("a", "b"))], photos: [photo("a", "w"), photo("b", "w")] });
  const mismatch = refusal(422, "Other bytes.", "/problems/photo-mismatch");
  const served = service(({ path }) => (path === "/api/photos/a" ? mismatch : null));
  const passes = [await wantsMore(phone, served), await wantsMore(phone, served), await wantsMore(phone, served)];

  assert.deepEqual(passes, [true, true, false]);
  assert.deepEqual(phone.state.photos.map((one) => [one.id, one.sending]), [["a", "refused"]]);
});

test("a busy service is left alone at once", async () => {
  const phone = phoneWith({ legs: [leg("w"), leg("v")] });
  const served = service(() => ({ ...refusal(503), retryAfter: "7" }));
  const reason = await send(phone, served).catch((why) => why);

  assert.deepEqual([reason.message, reason.retryAfter], ["later", "7"]);
  assert.deepEqual(served.calls, ["PUT /api/walks/w"]);
});

test("a phone that was signed out still brings its walks, their photos, and learns that they arrived", async () => {
  const phone = phoneWith({ legs: [leg("w", announcing("p"))], photos: [photo("p", "w")], responses: [response("r", "w")] });
  const served = service(({ path }) => (path.startsWith("/api/responses") ? refusal(401, "Signed out.") : null));
  await send(phone, served);

  assert.equal(phone.state.me.signedOut, "Signed out.");
  assert.deepEqual(phone.state.handedIn.map((one) => one.id), ["w"]);
  assert.deepEqual(phone.state.responses.map((one) => one.sending), ["waiting"]);
});

test("a receipt that answers 401 bars nothing: the walk itself is brought", async () => {
  const phone = phoneWith({ legs: [leg("tried", { sending: "trying" }), leg("w", { sending: "arrived" })] });
  const here = new Set();
  const served = service(({ method, path }) => {
    const id = path.split("/")[3];
    if (method === "PUT") here.add(id);
    return here.has(id) ? null : refusal(401, "Signed out.");
  });
  await send(phone, served);
  await send(phone, served);

  assert.deepEqual(phone.state.handedIn.map((one) => one.id).sort(), ["tried", "w"]);
});

test("a walk that may not come stays here, and says why", async () => {
  const phone = phoneWith({ legs: [leg("w")] });
  await send(phone, service(() => refusal(401, "Only what it walked before.")));

  const [{ sending, problem }] = phone.state.legs;
  assert.deepEqual([sending, problem], ["waiting", "Only what it walked before."]);
});

test("what was walked as somebody else goes under that token, and does not sign her out", async () => {
  const phone = phoneWith({
    me: { former: { before: "old token" } }, legs: [leg("w", { auditorId: "before" }), leg("v")],
    responses: [response("r", "w", { auditorId: "before" })],
  });
  const tokens = [];
  const served = service(({ path, token }) => {
    tokens.push([path, token]);
    return token === "old token" && path.startsWith("/api/responses") ? refusal(401) : null;
  });
  await send(phone, served);

  assert.equal(tokens.every(([path, token]) => (token === "old token") === /\/(w|r)(\/|$)/.test(path)), true);
  assert.equal(phone.state.me.signedOut, null);
  assert.deepEqual(phone.state.handedIn.map((one) => one.id).sort(), ["v", "w"]);
  // Nobody will take it from this phone any more: she is told, and may save a copy.
  assert.deepEqual(phone.state.responses.map((one) => [one.sending, one.problem]), [["refused", "No."]]);
});

test("a network that answers in our place lets go of nothing", async () => {
  const phone = phoneWith({ legs: [leg("w", announcing("p"))], photos: [photo("p", "w")] });
  for (const status of [200, 302, 401, 404]) {
    await wantsMore(phone, service(() => ({ status, ours: false, body: null, problem: null, retryAfter: null })));
  }

  assert.deepEqual([phone.state.legs.length, phone.state.photos.length, phone.state.me.signedOut], [1, 1, null]);
});

test("what she told about herself goes last, once, and stays where it is refused", async () => {
  const told = { question_set: "2026-1", answers: { age: "25-34" }, auditorId: "her" };
  const [taken, refused] = [phoneWith({ equality: told }), phoneWith({ equality: told })];
  await send(taken, service());
  const served = service(({ path }) => (path.endsWith("/equality") ? refusal(422, "Not so.") : null));
  await send(refused, served);
  await send(refused, served);

  assert.equal(taken.state.equality, null);
  assert.equal(refused.state.equality.problem, "Not so.");
  assert.equal(served.calls.length, 1);
});
