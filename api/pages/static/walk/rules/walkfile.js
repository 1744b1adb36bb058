// The copy that an auditor saves of what did not arrive: JSON files that `night-safety import walk-file` reads.
import { base64Of } from "./ids.js";
import { responseBody, walkBody } from "./walking.js";

export const FORMAT = "night-safety-walk-file";

/**
 * One file for each programme and each auditor that something is of: usually one. `bytesOf(photo)` gives a photo's
 * bytes; a leg that is still walked is copied as far as it goes.
 */
export async function walkFiles(state, bytesOf, savedAt) {
  const files = new Map();
  const fileOf = filing(state, files, savedAt);
  for (const photo of state.photos) {
    const bytes = await bytesOf(photo);
    if (!bytes) continue;
    fileOf(photo).photos.push({ id: photo.id, media_type: photo.mediaType, sha256: photo.sha256, data: base64Of(bytes) });
  }
  for (const leg of state.legs.filter((one) => one.role === "recorder")) {
    fileOf(leg).walks.push(walkOf(leg, state, fileOf(leg).photos, savedAt));
  }
  for (const response of state.responses) {
    fileOf(response).responses.push({ id: response.id, ...responseBody(response) });
  }
  return [...files.values()];
}

/** Finds the file that a leg, or what was recorded on it, belongs in. */
function filing({ me, programme, legs }, files, savedAt) {
  const known = new Map(legs.map((leg) => [leg.id, leg]));
  return (thing) => {
    const { auditorId = me.auditorId, programmeId = programme.id } = { ...known.get(thing.walkId), ...thing };
    const key = `${auditorId} ${programmeId}`;
    const begun = { format: FORMAT, version: 1, saved_at: savedAt, auditor_id: auditorId, programme_id: programmeId };
    if (!files.has(key)) files.set(key, { ...begun, walks: [], responses: [], photos: [] });
    return files.get(key);
  };
}

function walkOf(leg, { stops, photos }, carried, savedAt) {
  const of = (things) => things.filter((thing) => thing.walkId === leg.id);
  const have = new Set(carried.map((photo) => photo.id));
  const body = leg.body ?? walkBody({ ...leg, endedAt: leg.endedAt ?? savedAt }, of(stops), of(photos));
  return {
    walk: { id: leg.id, client_sent_at: savedAt, ...body },
    complete: Boolean(leg.body),
    without: body.photos.filter((photo) => !have.has(photo.id)).map((photo) => photo.id),
  };
}
