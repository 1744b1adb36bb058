// The service worker: the app without network, and sending in the background where the browser offers that.
import "./offline.js";
import { sendOnce, TAG } from "./sending/when.js";

self.addEventListener("sync", (event) => {
  if (event.tag === TAG) event.waitUntil(sendOnce());
});
