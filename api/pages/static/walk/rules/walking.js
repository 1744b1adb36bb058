// What a walk is made of while it is walked: the questions that are asked, what is answered, and what will be sent.
export const PRESENCES = ["police", "security", "staff", "cctv_sign"];
export const GOOD_ACCURACY_M = 20; // below this a position is as good as a phone in a street gets
export const POOR_ACCURACY_M = 50;
export const NEAR_HUB_M = 150;
export const MAX_NOTE = 2000;
const OWN_ANSWERS_REST_MS = 12 * 3600 * 1000;

/** The factors asked in a mode; those about hubs only where people wait or change. */
export function factorsAsked(instrument, mode, isHub = false) {
  return instrument.factors.filter((factor) => factor.mode === mode && (isHub || !factor.hub_only));
}

export const countAnswered = (factors, scores) => factors.filter((factor) => factor.key in scores).length;

/** The causes that belong to a group's stop, or to one auditor's own answers. */
export const causesOf = (instrument, personal) => instrument.causes.filter((cause) => personal || !cause.personal);

export function newStop({ id, walkId, sequence, at }) {
  return {
    id, walkId, sequence, observedAt: at, location: null, accuracyM: null, placedByHand: false, plannedStopId: null,
    isHub: false, hub: null, scores: {}, presence: Object.fromEntries(PRESENCES.map((key) => [key, false])),
    causes: [], note: "", noteFlagged: false,
  };
}

export function newResponse({ id, walkId, auditorId, stopId, sequence, at }) {
  return {
    id, walkId, auditorId, stopId, sequence, changedAt: at, ready: false, sending: "waiting",
    scores: {}, presenceEffect: {}, causes: [], note: "", noteFlagged: false,
  };
}

/** Whether an auditor has said anything at a stop; what says nothing is not sent. */
export const saysSomething = (response) =>
  Object.keys(response.scores).length + Object.keys(response.presenceEffect).length + response.causes.length > 0 ||
  response.note.trim() !== "";

/** Answers on a phone that only follows a walk are sent when she says so, or when she has left them for half a day. */
export const restedLongEnough = (changedAt, nowMs) => nowMs - Date.parse(changedAt) > OWN_ANSWERS_REST_MS;

/** The body of PUT /api/walks/{id}, but for client_sent_at; made once, when the leg ends, and never again. */
export function walkBody(leg, stops, photos) {
  const inOrder = stops.filter((stop) => stop.location).sort((a, b) => a.sequence - b.sequence);
  const kept = new Set(inOrder.map((stop) => stop.id));
  return {
    programme_id: leg.programmeId,
    instrument_version: leg.instrumentVersion,
    leg: leg.leg,
    paired_walk_id: leg.pairedWalkId,
    started_at: leg.startedAt,
    ended_at: leg.endedAt,
    group_size: leg.groupSize,
    cut_short: leg.cutShort,
    cut_short_reason: leg.cutShort ? leg.cutShortReason || null : null,
    route: routeBetween(leg.track ?? [], inOrder),
    stops: inOrder.map(stopBody),
    photos: photos.filter((photo) => kept.has(photo.stopId)).map(photoBody),
  };
}

/** The body of PUT /api/responses/{id}. */
export function responseBody(response) {
  return {
    walk_id: response.walkId,
    stop_id: response.stopId,
    scores: response.scores,
    presence_effect: response.presenceEffect,
    causes: response.causes,
    note: response.note.trim() || null,
    note_flagged: response.noteFlagged && response.note.trim() !== "",
  };
}

function stopBody(stop) {
  return {
    id: stop.id,
    sequence: stop.sequence,
    planned_stop_id: stop.plannedStopId,
    observed_at: stop.observedAt,
    accuracy_m: stop.accuracyM,
    location: { type: "Point", coordinates: stop.location },
    hub: stop.hub,
    scores: stop.scores,
    presence: stop.presence,
    causes: stop.causes,
    note: stop.note.trim() || null,
    note_flagged: stop.noteFlagged && stop.note.trim() !== "",
  };
}

const photoBody = (photo) => ({
  id: photo.id,
  stop_id: photo.stopId,
  sha256: photo.sha256,
  bytes: photo.bytes,
  media_type: photo.mediaType,
  caption: photo.caption || null,
});

/** The way walked between the first and the last stop; what lies before and after never leaves the phone. */
function routeBetween(track, stops) {
  if (stops.length < 2) return null;
  const from = stops[0].observedAt;
  const to = stops.reduce((last, stop) => (stop.observedAt > last ? stop.observedAt : last), from);
  const between = track.filter((point) => point.at >= from && point.at <= to).map((point) => point.position);
  return between.length > 1 ? { type: "LineString", coordinates: between } : null;
}
