import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import languages from "../../../../../api/pages/static/walk/texts/languages.js";
import { languages as offered, locale, questionOf, speak, t, when } from "../../../../../api/pages/static/walk/texts/index.js";

const APP = new URL("../../../../../api/pages/static/walk/", import.meta.url);
const sources = readdirSync(APP, { recursive: true })
  .filter((name) => name.endsWith(".js") && !name.startsWith("texts/"))
  .map((name) => readFileSync(new URL(name, APP), "utf8"))
  .join("\n");
const { texts, easy } = languages.en;
const forms = (text) => (typeof text === "string" ? [text] : Object.values(text));
const names = (text) => [...new Set(forms(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();
// "stop.open" as it stands, and `count.${kind}` with anything in its place; also where the key is chosen before.
const literal = new Set([...sources.matchAll(/"([a-zA-Z]+(?:\.\w+)+)"/g)].map(([, key]) => key));
const patterns = [...sources.matchAll(/`([a-zA-Z]+\.[^`\s]*\$\{[^`]*)`/g)].map(([, key]) =>
  new RegExp(`^${key.replaceAll(".", "\\.").replace(/\$\{[^}]*\}/g, "[\\w]+")}$`));

test("every sentence that a screen says is there", () => {
  const said = [...sources.matchAll(/\bt\("([^"]+)"/g)].map(([, key]) => key);
  assert.equal(said.length > 150, true);
  assert.deepEqual(said.filter((key) => !(key in texts)), []);
  assert.deepEqual(patterns.filter((one) => !Object.keys(texts).some((key) => one.test(key))), []);
});

test("every sentence is said somewhere", () => {
  const unsaid = Object.keys(texts).filter((key) => !literal.has(key) && !patterns.some((one) => one.test(key)));
  assert.deepEqual(unsaid, []);
});

for (const [key, language] of Object.entries(languages)) {
  test(`${key} and its Easy Read fill in the same names, and say nothing that English does not`, () => {
    for (const catalogue of [language.texts, language.easy?.texts ?? {}]) {
      assert.deepEqual(Object.keys(catalogue).filter((one) => !(one in texts)), []);
      for (const [one, text] of Object.entries(catalogue)) {
        assert.equal(names(text).every((name) => names(texts[one]).includes(name)), true, one);
      }
    }
  });
}

test("Easy Read has words for every question of version 1, with all four answers", () => {
  const asked = Object.entries(easy.questions[1]);
  assert.equal(asked.length, 15);
  for (const [key, { label, scale }] of asked) assert.deepEqual([scale.length, Boolean(label)], [4, true], key);
  speak({ easyRead: true });
  assert.equal(questionOf({ key: "lighting", label: "Lighting", scale: [] }, 1).label, "Is there enough light?");
  assert.equal(t("question.cannotTell"), "I do not know");
  speak({});
  assert.equal(questionOf({ key: "lighting", label: "Lighting", scale: [] }, 1).label, "Lighting");
});

test("another language has its own words, forms for many, dates and questions, and English for what it lacks", () => {
  const stops = { one: "{n} przystanek", few: "{n} przystanki", many: "{n} przystanków", other: "{n} przystanku" };
  const questions = { 1: { lighting: { label: "Światło", scale: ["0", "1", "2", "3"] } } };
  languages.pl = { name: "Polski", locale: "pl-PL", texts: { "count.stops": stops }, questions };
  speak({ language: "pl", easyRead: true });

  assert.deepEqual([1, 3, 5].map((n) => t("count.stops", { n })), ["1 przystanek", "3 przystanki", "5 przystanków"]);
  assert.equal(t("frame.help"), "Help");
  assert.equal(questionOf({ key: "lighting", label: "Lighting", scale: [] }, 1).label, "Światło");
  assert.match(when("2026-10-24T22:00:00Z"), /sob\./);
  assert.equal(locale(), "pl-PL");
  assert.deepEqual(offered().map(([, name]) => name), ["English", "Polski"]);
  delete languages.pl;
  speak({ language: "pl" });
  assert.equal(locale(), "en-GB");
});
