import assert from "node:assert/strict";
import { test } from "node:test";

import { walkFiles } from "../../../../../api/pages/static/walk/rules/walkfile.js";
import { leg, photo, response } from "./fakes.mjs";

const state = (things) => ({
  me: { auditorId: "her" }, programme: { id: "programme" }, legs: [], stops: [], photos: [], responses: [], ...things,
});
const bytes = async () => new ArrayBuffer(3);
const NOW = "2026-10-25T08:00:00Z";

test("one walk, its photos and her answers are one file", async () => {
  const body = { stops: [], photos: [{ id: "p" }, { id: "lost" }] };
  const files = await walkFiles(
    state({ legs: [leg("w", { body })], photos: [photo("p", "w")], responses: [response("r", "w")] }), bytes, NOW,
  );

  assert.equal(files.length, 1);
  const [{ auditor_id, programme_id, walks, photos, responses }] = files;
  assert.deepEqual([auditor_id, programme_id], ["her", "programme"]);
  assert.deepEqual([walks[0].complete, walks[0].without], [true, ["lost"]]);
  assert.deepEqual(photos.map((one) => [one.id, one.data]), [["p", "AAAA"]]);
  assert.deepEqual(responses.map((one) => one.id), ["r"]);
});

test("what was walked for another programme, or as somebody else, is a file of its own", async () => {
  const legs = [leg("w"), leg("x", { programmeId: "another" }), leg("y", { auditorId: "before" })];
  const said = [response("r", "y", { auditorId: "before" })];
  const files = await walkFiles(state({ legs, photos: [photo("p", "x")], responses: said }), bytes, NOW);

  const told = files.map((one) => [one.auditor_id, one.programme_id, one.walks[0].walk.id, one.photos.length, one.responses.length]);
  assert.deepEqual(told.sort(), [
    ["before", "programme", "y", 0, 1], ["her", "another", "x", 1, 0], ["her", "programme", "w", 0, 0],
  ]);
});

test("a walk that is still walked is copied as far as it goes", async () => {
  const walking = leg("w", { body: null, sending: "walking", groupSize: 7, cutShort: false, track: [] });
  const [file] = await walkFiles(state({ legs: [walking] }), bytes, NOW);

  assert.deepEqual([file.walks[0].complete, file.walks[0].walk.ended_at], [false, NOW]);
});
