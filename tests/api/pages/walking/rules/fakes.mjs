// A phone whose storage is memory, with what sending/send.js asks of store/phone.js; and a service of a few sentences.
export function phoneWith({ me, legs = [], stops = [], photos = [], responses = [], equality = null } = {}) {
  const state = {
    me: { token: "hers", auditorId: "her", signedOut: null, former: {}, ...me },
    programme: { id: "programme" }, legs, stops, photos, responses, equality, handedIn: [],
  };
  const amend = (kind, id, changes) => Object.assign(state[kind].find((thing) => thing.id === id) ?? {}, changes);
  const drop = (kind, gone) => (state[kind] = state[kind].filter((thing) => !gone(thing)));
  return {
    state,
    read: async () => structuredClone(state),
    finishRested: async () => {},
    signedOut: async (why) => void (state.me.signedOut = why),
    photoBytes: async () => new ArrayBuffer(8),
    amendLeg: async (id, changes) => void amend("legs", id, changes),
    amendPhoto: async (id, changes) => void amend("photos", id, changes),
    amendResponse: async ({ id }, changes) => void amend("responses", id, changes),
    removeResponse: async ({ id }) => void drop("responses", (one) => one.id === id),
    handedIn: async (leg, receipt) => {
      state.handedIn.push({ id: leg.id, state: receipt.state });
      drop("legs", (one) => one.id === leg.id);
      drop("photos", (one) => one.walkId === leg.id && one.sending !== "refused");
    },
    forgetEquality: async () => void (state.equality = null),
    refusedEquality: async (problem) => Object.assign(state.equality, { sending: "refused", problem }),
  };
}

export const leg = (id, changes = {}) => ({
  id, role: "recorder", leg: "dark", code: "K7QM-4T3B", auditorId: "her", programmeId: "programme",
  startedAt: "2026-10-24T22:00:00Z", sending: "waiting", body: { stops: [], photos: [] }, ...changes,
});
export const photo = (id, walkId, changes = {}) => ({
  id, walkId, stopId: "stop", mediaType: "image/jpeg", sha256: "00".repeat(32), bytes: 8,
  takenAt: "2026-10-24T22:01:00Z", sending: "waiting", tries: 0, ...changes,
});
export const response = (id, walkId, changes = {}) => ({
  id, walkId, stopId: `${id} stop`, auditorId: "her", sequence: 1, ready: true, sending: "waiting",
  changedAt: "2026-10-24T22:02:00Z", scores: { feeling: 1 }, presenceEffect: {}, causes: [], note: "", noteFlagged: false,
  ...changes,
});

/**
 * A service that keeps what it is sent. `odd(call)` may give another answer to a call {method, path, token, json}; every
 * call is in `calls`, as "PUT /api/walks/1".
 */
export function service(odd = () => null) {
  const walks = new Map();
  const photos = new Set();
  const calls = [];
  const answer = (status, body = null) => ({
    status, ours: true, body, problem: status < 300 ? null : body, retryAfter: null,
  });
  const receiptOf = (id) => {
    const { announced, complete } = walks.get(id);
    const missing = announced.filter((one) => !photos.has(one));
    return { state: complete ? "received" : "incomplete", missing_photos: missing, refused_photos: [], problems: [] };
  };
  const usual = ({ method, path, json }) => {
    const [, , kind, id, what] = path.split("/");
    if (kind === "photos") return photos.add(id) && answer(201, {});
    if (kind === "responses") return answer(method === "PUT" ? 201 : 200, { state: "received" });
    if (kind !== "walks") return answer(200, {});
    if (method === "PUT") walks.set(id, { announced: json.photos.map((one) => one.id), complete: false });
    if (!walks.has(id)) return answer(404, { type: "/problems/no-such-walk", detail: "There is no such walk." });
    if (what === "complete") walks.get(id).complete = true;
    return answer(method === "PUT" ? 201 : 200, receiptOf(id));
  };
  const ask = async (method, path, sent = {}) => {
    const call = { method, path, ...sent };
    calls.push(`${method} ${path}`);
    return odd(call) ?? usual(call);
  };
  return { ask, calls, walks, photos, answer };
}

export const refusal = (status, detail = "No.", type = "/problems/some") => ({
  status, ours: true, body: { type, detail }, problem: { type, detail }, retryAfter: null,
});
