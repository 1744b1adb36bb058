// What an answer of the service means for what is on this phone, and how long to wait. Nothing here touches the world.
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 5 * 60000;
const DAY_MS = 86400000;
const WARN_AFTER_MS = 3 * DAY_MS;
const REFUSALS = new Set([400, 403, 404, 409, 410, 413, 415, 422]);
const BUSY = new Set([408, 425, 429, 502, 503, 504, 507]);

/**
 * What became of a thing that was sent: "arrived"; "later", for this and for everything else; "stumbled", later for
 * this alone; "signed-out"; or "refused" (it stays here). Only our own service refuses for good: a hotel's network that
 * answers in our place is no answer at all.
 */
export function verdict({ status, ours }) {
  if (!ours || BUSY.has(status)) return "later";
  if (status >= 200 && status < 300) return "arrived";
  if (status === 401) return "signed-out";
  return REFUSALS.has(status) ? "refused" : "stumbled";
}

/**
 * Milliseconds to wait after `attempt` failures in a row: at least as long as the service asks, else longer each time.
 * Never quite alike, so that phones that failed together do not come back together.
 */
export function waitMs(attempt, retryAfter, random = Math.random()) {
  const asked = retryAfterMs(retryAfter);
  if (asked !== null) return asked * (1 + random / 4);
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempt, 10), LONGEST_WAIT_MS) * (0.75 + random / 2);
}

function retryAfterMs(header) {
  if (!header) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 3600) * 1000 : null;
}

/** Photos that the receipt still misses and this phone has, and those that it misses and nobody has any more. */
export function photosToSend(receipt, photos) {
  const here = new Map(photos.filter((photo) => photo.sending !== "refused").map((photo) => [photo.id, photo]));
  const missing = receipt.missing_photos;
  return {
    send: missing.filter((id) => here.has(id)).map((id) => here.get(id)),
    without: missing.filter((id) => !here.has(id)),
  };
}

/** What is still on this phone alone, counted; `since` is the oldest of it, `late` when that is three days ago. */
export function stillHere({ legs, stops, photos, responses, equality }, nowMs) {
  const recorded = new Set(legs.filter((leg) => leg.role === "recorder").map((leg) => leg.id));
  const unsent = {
    stops: stops.filter((stop) => recorded.has(stop.walkId)),
    photos: photos.filter((photo) => photo.sending !== "arrived"),
    responses: responses.filter((response) => response.sending !== "held"),
  };
  const dates = [
    ...legs.filter((leg) => recorded.has(leg.id)).map((leg) => leg.startedAt),
    ...unsent.photos.map((photo) => photo.takenAt),
    ...unsent.responses.map((response) => response.changedAt),
  ].filter(Boolean).sort();
  const things = [...legs, ...photos, ...responses, ...(equality ? [equality] : [])];
  return {
    stops: unsent.stops.length,
    photos: unsent.photos.length,
    responses: unsent.responses.length,
    walks: recorded.size,
    equality: equality ? 1 : 0,
    held: responses.length - unsent.responses.length,
    refused: things.filter((thing) => thing.sending === "refused").length,
    nothing: recorded.size + unsent.photos.length + unsent.responses.length === 0 && !equality,
    since: dates[0] ?? null,
    late: dates.length > 0 && nowMs - Date.parse(dates[0]) > WARN_AFTER_MS,
  };
}
