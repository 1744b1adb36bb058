// Ids that phones make: random ones, and those that all phones of a group derive alike from one short code, offline.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32: no I, L, O or U to misread
const RANDOM_SYMBOLS = 7; // 35 bits; the programme is part of every derived id, so codes only meet within one
const BASE = ALPHABET.length;

export const newId = () => crypto.randomUUID();

/** A code for one outing, such as "K7QM-4T3B": seven random symbols and one that tells of a slip. */
export function newCode(random = (bytes) => crypto.getRandomValues(bytes)) {
  const drawn = [...random(new Uint8Array(RANDOM_SYMBOLS))].map((byte) => ALPHABET[byte % BASE]).join("");
  return grouped(drawn + checkSymbol(drawn));
}

/** The code that somebody meant by what she typed; null where it is none, or has a slip in it. */
export function codeMeant(typed) {
  const tidy = typed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  const fits = tidy.length === RANDOM_SYMBOLS + 1 && [...tidy].every((symbol) => ALPHABET.includes(symbol));
  return fits && checkSymbol(tidy.slice(0, -1)) === tidy.at(-1) ? grouped(tidy) : null;
}

/** The id of an outing's leg ("light" or "dark"), or of its stop of that number: shaped like a UUID of version 4. */
export const walkIdOf = (programmeId, code, leg) => derived([programmeId, code, leg, "walk"]);
export const stopIdOf = (programmeId, code, leg, sequence) => derived([programmeId, code, leg, `stop ${sequence}`]);

// The Luhn algorithm over 32 symbols: it finds every single wrong symbol, and all but one swap of neighbours.
function checkSymbol(symbols) {
  let sum = 0;
  [...symbols].reverse().forEach((symbol, place) => {
    const value = ALPHABET.indexOf(symbol) * (place % 2 ? 1 : 2);
    sum += Math.floor(value / BASE) + (value % BASE);
  });
  return ALPHABET[(BASE - (sum % BASE)) % BASE];
}

const grouped = (code) => `${code.slice(0, 4)}-${code.slice(4)}`;

async function derived(parts) {
  const text = new TextEncoder().encode(["night-safety 1", ...parts].join("\n"));
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", text)).slice(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = hexOf(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export const hexOf = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function base64Of(bytes) {
  const parts = [];
  const all = new Uint8Array(bytes);
  for (let at = 0; at < all.length; at += 0x8000) {
    parts.push(String.fromCharCode(...all.subarray(at, at + 0x8000)));
  }
  return btoa(parts.join(""));
}
