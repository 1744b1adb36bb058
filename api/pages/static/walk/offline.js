// Serves the app from this phone, so that it opens without any network. SHELL, what it is made of, stands above this.
const CACHE = `walk ${SHELL.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const path = request.mode === "navigate" ? url.pathname.replace(/\/$/, "") : url.pathname;
  if (SHELL.files.includes(path)) event.respondWith(fromPhone(path, request));
});

async function keepShell() {
  const cache = await caches.open(CACHE);
  // All of one version or none: past the browser's own cache, which may still hold the last one.
  await cache.addAll(SHELL.files.map((path) => new Request(path, { cache: "reload" })));
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE && name.startsWith("walk ")).map((name) => caches.delete(name)));
}

async function fromPhone(path, request) {
  const kept = await (await caches.open(CACHE)).match(path);
  return kept ?? fetch(request);
}
