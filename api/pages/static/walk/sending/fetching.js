// What the phone fetches to have it without network: her programme, its questions, help routes, hubs near by.
import { boundsOf, linesOf } from "../rules/ground.js";
import * as phone from "../store/phone.js";
import { ask } from "./ask.js";

const HUB_MARGIN_DEG = 0.002; // some 150 to 200 m
const MAX_HUBS = 200;
export const EQUALITY_VERSION = "2026-1";

/** Join by an invitation code; null when it worked, else the sentence to show. Throws without network. */
export async function join(code) {
  const { me } = await phone.read();
  const json = { code, device_id: await phone.deviceId() };
  let answer = await ask("POST", "/api/invitations/redeem", { json, token: me?.signedOut ? undefined : me?.token });
  // A token that is not known any more must not keep her from joining.
  if (answer.status === 401) answer = await ask("POST", "/api/invitations/redeem", { json });
  if (!answer.ours) throw new Error("somebody else answered");
  if (answer.status >= 300) return answer.problem.detail;
  const { token, auditor_id: auditorId, programme } = answer.body;
  await phone.joined({ token, auditorId, programme: await withAll(programme, token, {}) });
  return null;
}

/** Fetch everything anew where there is network; what cannot be had stays as it was. */
export async function refresh() {
  const { me, programme } = await phone.read();
  if (!me?.token || !programme) return;
  const fresh = await got(`/api/programmes/${programme.id}`, me.token);
  if (fresh) await phone.keepProgramme(await withAll(fresh, me.token, programme), me.token);
}

async function withAll(programme, token, before) {
  const [instrument, helpRoutes, hubs, equality] = await Promise.all([
    got(`/api/instruments/${programme.instrument_version}`, token),
    got("/api/help-routes"),
    hubsNear(programme.area),
    got(`/api/equality-questions/${EQUALITY_VERSION}`, token),
  ]);
  return {
    ...programme,
    instrument: instrument ?? before.instrument ?? null,
    helpRoutes: helpRoutes ?? before.helpRoutes ?? null,
    hubs: hubs ?? before.hubs ?? [],
    equality: equality ?? before.equality ?? null,
    refreshedAt: new Date().toISOString(),
  };
}

async function hubsNear(area) {
  const [west, south, east, north] = boundsOf(linesOf(area).flat());
  const box = [west - HUB_MARGIN_DEG, south - HUB_MARGIN_DEG, east + HUB_MARGIN_DEG, north + HUB_MARGIN_DEG].join(",");
  const found = await got(`/api/places?kind=hub&bbox=${box}&limit=${MAX_HUBS}`);
  return found?.items.map(({ key, name, category, location }) => ({ key, name, category, location: location.coordinates }));
}

/** A GET's body; null where there is none to be had now. */
export async function got(path, token) {
  try {
    const answer = await ask("GET", path, { token });
    return answer.ours && answer.status === 200 ? answer.body : null;
  } catch {
    return null;
  }
}
