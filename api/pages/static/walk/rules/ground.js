// Places on a phone: metres between them, the sketch's plane, and how high the sun stands. WGS 84, longitude first.
const EARTH_M = 6371008.8;
const DEGREE = Math.PI / 180;
export const SUNSET_DEG = -0.833; // the sun's upper edge, as the air bends it
const DAY_MS = 86400000;
const J2000_MS = Date.UTC(2000, 0, 1, 12);

/** Metres between two positions; good to a thousandth at the size of a town. */
export function distanceM([fromLon, fromLat], [toLon, toLat]) {
  const x = (toLon - fromLon) * DEGREE * Math.cos(((fromLat + toLat) / 2) * DEGREE);
  return Math.hypot(x, (toLat - fromLat) * DEGREE) * EARTH_M;
}

/** A position moved by metres to the east and to the north. */
export function moved([lon, lat], eastM, northM) {
  return [lon + eastM / (EARTH_M * DEGREE * Math.cos(lat * DEGREE)), lat + northM / (EARTH_M * DEGREE)];
}

/** Every line of positions in a GeoJSON geometry; a polygon gives its rings. */
export function linesOf(geometry) {
  if (!geometry) return [];
  const { type, coordinates } = geometry;
  if (type === "LineString") return [coordinates];
  if (type === "Polygon" || type === "MultiLineString") return coordinates;
  if (type === "MultiPolygon") return coordinates.flat();
  return [];
}

/** [west, south, east, north] around positions; null where there are none. */
export function boundsOf(positions) {
  if (!positions.length) return null;
  const lons = positions.map(([lon]) => lon);
  const lats = positions.map(([, lat]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** The sketch's plane: metres east and south of the bounds' north-west corner, and back. */
export function planeOf([west, south, east, north]) {
  const perLat = EARTH_M * DEGREE;
  const perLon = perLat * Math.cos(((south + north) / 2) * DEGREE);
  return {
    width: Math.max((east - west) * perLon, 1),
    height: Math.max((north - south) * perLat, 1),
    to: ([lon, lat]) => [(lon - west) * perLon, (north - lat) * perLat],
    from: ([x, y]) => [west + x / perLon, north - y / perLat],
  };
}

/** Metres to the nearest of `places` (`at` gives a place's position), and which it is; null where there are none. */
export function nearest(position, places, at) {
  return places.reduce((best, place) => {
    const metres = distanceM(position, at(place));
    return best === null || metres < best.metres ? { place, metres } : best;
  }, null);
}

/** Degrees of the sun above the horizon; the Astronomical Almanac's low-precision formula, good to 0.01 degrees. */
export function sunAltitudeDeg([lon, lat], timeMs) {
  const days = (timeMs - J2000_MS) / DAY_MS;
  const anomaly = (357.528 + 0.9856003 * days) * DEGREE;
  const ecliptic = (280.46 + 0.9856474 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * DEGREE;
  const tilt = (23.439 - 0.0000004 * days) * DEGREE;
  const rightAscension = Math.atan2(Math.cos(tilt) * Math.sin(ecliptic), Math.cos(ecliptic));
  const declination = Math.asin(Math.sin(tilt) * Math.sin(ecliptic));
  const sidereal = (280.46062 + 360.98564737 * days + lon) * DEGREE;
  const height =
    Math.sin(lat * DEGREE) * Math.sin(declination) +
    Math.cos(lat * DEGREE) * Math.cos(declination) * Math.cos(sidereal - rightAscension);
  return Math.asin(height) / DEGREE;
}

/** The leg that the sky suggests. */
export const legBySun = (position, timeMs) => (sunAltitudeDeg(position, timeMs) > SUNSET_DEG ? "light" : "dark");
