// One request to our service, and what came back; throws where nothing came back.
const TIMEOUT_MS = 30000;
const PHOTO_TIMEOUT_MS = 180000;

/** {status, ours, body, problem, retryAfter}: `ours` is false where somebody else answered in the service's place. */
export async function ask(method, path, { token, json, bytes, headers = {} } = {}) {
  const sent = { ...headers };
  if (token) sent.Authorization = `Bearer ${token}`;
  if (json !== undefined) sent["Content-Type"] = "application/json";
  const answer = await fetch(path, {
    method,
    headers: sent,
    body: bytes ?? (json === undefined ? undefined : JSON.stringify(json)),
    cache: "no-store",
    credentials: "omit", // a token alone says who is asking
    redirect: "error",
    signal: AbortSignal.timeout(bytes ? PHOTO_TIMEOUT_MS : TIMEOUT_MS),
  });
  const kind = answer.headers.get("content-type") ?? "";
  const ours = kind.startsWith(answer.ok ? "application/json" : "application/problem+json") || answer.status === 204;
  const body = ours && answer.status !== 204 ? await answer.json() : null;
  return {
    status: answer.status,
    ours,
    body,
    problem: answer.ok ? null : body,
    retryAfter: answer.headers.get("retry-after"),
  };
}
