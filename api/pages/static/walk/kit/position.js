// Where the phone is: the best position of the last half minute, as it gets better.
const STALE_MS = 30000;

/**
 * Watch until the returned function is called. `better({position, accuracyM, at})` gets each position that is better
 * than the last one or follows a stale one; `trouble("denied" | "unavailable")` is told when there is none to be had.
 */
export function watchPosition(better, trouble = () => {}) {
  if (!navigator.geolocation) {
    trouble("unavailable");
    return () => {};
  }
  let best = null;
  const id = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      const found = {
        position: [round(coords.longitude), round(coords.latitude)],
        accuracyM: Math.round(coords.accuracy * 10) / 10,
        at: timestamp,
      };
      if (best && found.at - best.at < STALE_MS && found.accuracyM > best.accuracyM) return;
      best = found;
      better(best);
    },
    ({ code }) => trouble(code === 1 ? "denied" : "unavailable"),
    { enableHighAccuracy: true, maximumAge: 0, timeout: 20000 },
  );
  return () => navigator.geolocation.clearWatch(id);
}

// Seven decimals are a centimetre.
const round = (degrees) => Math.round(degrees * 1e7) / 1e7;
