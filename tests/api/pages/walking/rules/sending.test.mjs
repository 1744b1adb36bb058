import assert from "node:assert/strict";
import { test } from "node:test";

import { photosToSend, stillHere, verdict, waitMs } from "../../../../../api/pages/static/walk/rules/sending.js";
import { leg, photo, response } from "./fakes.mjs";

const NIGHT = Date.parse("2026-10-24T22:00:00Z");
const DAY = 86400000;
const nothing = { legs: [], stops: [], photos: [], responses: [], equality: null };

test("only our own service says that something arrived or is refused", () => {
  for (const status of [200, 401, 404, 422]) assert.equal(verdict({ status, ours: false }), "later");
  assert.equal(verdict({ status: 201, ours: true }), "arrived");
  assert.equal(verdict({ status: 401, ours: true }), "signed-out");
});

test("a refusal is final, a busy service holds everything up, a stumble only what it stumbled over", () => {
  for (const status of [400, 403, 404, 409, 410, 413, 415, 422]) assert.equal(verdict({ status, ours: true }), "refused");
  for (const status of [408, 425, 429, 502, 503, 504, 507]) assert.equal(verdict({ status, ours: true }), "later");
  for (const status of [405, 418, 500, 501]) assert.equal(verdict({ status, ours: true }), "stumbled");
});

test("each failure in a row waits longer, up to some minutes, and no two phones alike", () => {
  const waits = [1, 2, 3, 50].map((attempt) => waitMs(attempt, null, 0.5));
  assert.deepEqual(waits, [4000, 8000, 16000, 300000]);
  assert.equal(waitMs(1, null, 0), 3000);
  assert.equal(waitMs(1, null, 0.999) > 4900, true);
  assert.notEqual(waitMs(1, null), waitMs(1, null));
});

test("as long as the service asks is waited at least, and never for ever", () => {
  for (const random of [0, 0.5, 1]) assert.equal(waitMs(1, "30", random) >= 30000, true);
  assert.equal(waitMs(9, "30", 0), 30000);
  assert.equal(waitMs(1, "999999", 1) <= 1.25 * 3600000, true);
  assert.equal(waitMs(1, new Date(Date.now() - 5000).toUTCString(), 0), 1000);
  assert.equal(waitMs(1, "soon", 0.5), 4000);
});

test("photos that the receipt misses are sent; what nobody has any more is named", () => {
  const kept = [photo("a", "w"), photo("b", "w", { sending: "refused" }), photo("d", "w", { sending: "arrived" })];
  const { send, without } = photosToSend({ missing_photos: ["a", "b", "c", "d"] }, kept);
  assert.deepEqual(send.map((one) => one.id), ["a", "d"]);
  assert.deepEqual(without, ["b", "c"]);
});

test("what is still here is counted by kind, and what only waits for its walk is not", () => {
  const here = stillHere({
    ...nothing, legs: [leg("w"), leg("beside", { role: "joined" })],
    stops: [{ walkId: "w" }, { walkId: "w" }], photos: [photo("a", "w"), photo("b", "w", { sending: "arrived" })],
    responses: [response("r", "w"), response("h", "beside", { sending: "held" })],
  }, NIGHT);
  assert.deepEqual([here.walks, here.stops, here.photos, here.responses, here.held], [1, 2, 1, 1, 1]);
  assert.equal(here.nothing, false);
  assert.equal(stillHere(nothing, NIGHT).nothing, true);
});

test("what she told about herself is here too until it arrived", () => {
  const here = stillHere({ ...nothing, equality: { answers: {} } }, NIGHT);
  assert.deepEqual([here.equality, here.nothing], [1, false]);
});

test("three days are no warning, a second more is", () => {
  const state = { ...nothing, legs: [leg("w", { startedAt: new Date(NIGHT).toISOString() })] };
  assert.equal(stillHere(state, NIGHT + 3 * DAY).late, false);
  assert.equal(stillHere(state, NIGHT + 3 * DAY + 1000).late, true);
  assert.equal(stillHere(nothing, NIGHT + 300 * DAY).late, false);
});
