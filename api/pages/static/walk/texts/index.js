// What the app says, in the language and the reading level that were chosen.
import LANGUAGES from "./languages.js";

const FIRST = "en"; // what has no words in another language yet is said in this
const NONE = {};
let spoken = LANGUAGES[FIRST];
let plain = NONE;
let plurals = new Intl.PluralRules(spoken.locale);

/** Say everything in `language`; with `easyRead`, in short words where there are any. */
export function speak({ language = FIRST, easyRead = false }) {
  spoken = LANGUAGES[language] ?? LANGUAGES[FIRST];
  plain = easyRead ? (spoken.easy ?? NONE) : NONE;
  plurals = new Intl.PluralRules(spoken.locale);
}

export const locale = () => spoken.locale;

/** [key, name] of every language, each in its own words. */
export const languages = () => Object.entries(LANGUAGES).map(([key, { name }]) => [key, name]);

/** The text under a key, with {names} filled in; where it has forms for one and many, `n` chooses. */
export function t(key, values = {}) {
  const found = plain.texts?.[key] ?? spoken.texts[key] ?? LANGUAGES[FIRST].texts[key];
  if (found === undefined) throw new Error(`no text ${key}`);
  const text = typeof found === "string" ? found : found[plurals.select(values.n)] ?? found.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A factor's question and the words of its scale: in Easy Read, in the language, or the instrument's own. */
export function questionOf(factor, version) {
  const own = { label: factor.label, scale: factor.scale };
  return plain.questions?.[version]?.[factor.key] ?? spoken.questions?.[version]?.[factor.key] ?? own;
}

const inLondon = (iso, parts) =>
  new Intl.DateTimeFormat(spoken.locale, { ...parts, timeZone: "Europe/London" }).format(new Date(iso));

export const when = (iso) => inLondon(iso, { weekday: "short", hour: "2-digit", minute: "2-digit" });
export const dayOf = (iso) => inLondon(iso, { weekday: "long", day: "numeric", month: "long" });
export const timeOf = (iso) => inLondon(iso, { dateStyle: "long", timeStyle: "short" });
