// Rows on the phone, each encrypted by a key that no script can read out: a found phone's files tell nothing.
// ArrayBuffers and never Blobs, because private windows of WebKit hang on Blobs in IndexedDB.
import { openDB } from "/assets/idb.js";

const NAME = "night-safety-walk";
const CIPHER = "AES-GCM";
const KEY = "key";
const TURN = "night-safety-changing";
const DURABLE = { durability: "strict" }; // a battery may die the moment after

let opened;

function database() {
  opened ??= openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("keys");
      db.createObjectStore("rows", { keyPath: "id" }).createIndex("kind", "kind");
    },
    // Another tab signs out: let it.
    blocking() {
      close();
    },
    terminated() {
      opened = undefined;
    },
  });
  return opened;
}

async function close() {
  const db = await opened;
  opened = undefined;
  db?.close();
}

let last = Promise.resolve();

/** One transaction after the other: WebKit now and then never comes back to one that had to wait beside others. */
function alone(work) {
  const mine = last.then(work);
  last = mine.catch(() => {});
  return mine;
}

async function key() {
  const [known] = await together([], []);
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, ["encrypt", "decrypt"]);
  return alone(async () => {
    const tx = (await database()).transaction("keys", "readwrite", DURABLE);
    // Two tabs may open at once: the first key stands.
    const first = (await tx.store.get(KEY)) ?? made;
    if (first === made) await tx.store.put(made, KEY);
    await tx.done;
    return first;
  });
}

// Bound to its row: bytes moved under another id do not open.
const boundTo = (id, kind) => new TextEncoder().encode(`${kind}\n${id}`);

async function seal({ id, kind, value }, by) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = await crypto.subtle.encrypt({ name: CIPHER, iv, additionalData: boundTo(id, kind) }, by, asBytes(value));
  return { id, kind, iv: iv.buffer, bytes };
}

const open = ({ id, kind, iv, bytes }, by) =>
  crypto.subtle.decrypt({ name: CIPHER, iv, additionalData: boundTo(id, kind) }, by, bytes);

const asBytes = (value) => (value instanceof ArrayBuffer ? value : new TextEncoder().encode(JSON.stringify(value)));
const asValue = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

/** Write `put` rows ({id, kind, value}) and remove `gone` ids, all or nothing, durable when this returns. */
export async function write(put, gone = []) {
  const by = put.length ? await key() : null;
  const rows = await Promise.all(put.map((row) => seal(row, by)));
  await alone(async () => {
    const tx = (await database()).transaction("rows", "readwrite", DURABLE);
    await Promise.all([...rows.map((row) => tx.store.put(row)), ...gone.map((id) => tx.store.delete(id)), tx.done]);
  });
}

/** Work that writes what follows from what it reads: one after the other, in all tabs and in the background. */
export const inTurn = (work) => navigator.locks.request(TURN, work);

/** Change one row by `change(value)` where it is still there; gives the new value, or null. */
export const amend = (id, kind, change) =>
  inTurn(async () => {
    const known = await one(id);
    if (!known) return null;
    const value = change(known);
    await write([{ id, kind, value }]);
    return value;
  });

/** The values under `ids` (null where there is none), then those of each of `kinds`, as all of them are at one moment. */
export async function look(ids, kinds = []) {
  const [by, ...found] = await together(ids, kinds);
  const value = async (row) => (row ? asValue(await open(row, by)) : null);
  return Promise.all(found.map((rows) => (Array.isArray(rows) ? Promise.all(rows.map(value)) : value(rows))));
}

export const one = async (id) => (await look([id]))[0];

/** The bytes under an id, as an ArrayBuffer; null where there are none. */
export async function bytesOf(id) {
  const [by, row] = await together([id], []);
  return row ? open(row, by) : null;
}

/** The key and the sealed rows, in one transaction. */
const together = (ids, kinds) =>
  alone(async () => {
    const tx = (await database()).transaction(["keys", "rows"]);
    const rows = tx.objectStore("rows");
    const [, ...found] = await Promise.all([
      tx.done,
      tx.objectStore("keys").get(KEY),
      ...ids.map((id) => rows.get(id)),
      ...kinds.map((kind) => rows.index("kind").getAll(kind)),
    ]);
    return found;
  });

/** Forget everything, the key first: what a storage keeps of deleted rows then opens for nobody. */
export const wipe = () =>
  inTurn(() =>
    alone(async () => {
      const tx = (await database()).transaction(["keys", "rows"], "readwrite", DURABLE);
      await Promise.all([tx.objectStore("keys").clear(), tx.objectStore("rows").clear(), tx.done]);
    }),
  );
