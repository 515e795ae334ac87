/** Files that a page keeps under names: in its private file system, or in its database. */

/** The place of one file. */
export interface NamedStore {
  /** What is there; `undefined` where nothing is. */
  read(): Promise<Blob | undefined>;
  /** Replaces it, when the new one is whole. */
  write(blob: Blob): Promise<void>;
}

/** The database and its table, in which IndexedDB keeps files. */
const DATABASE = "neurite", TABLE = "files";

/** The part of the platform that is used here; Deno and Node lack it. */
interface Platform {
  indexedDB?: IDBFactoryLike;
  navigator?: { storage?: { getDirectory?(): Promise<FolderHandle> } };
}

interface FolderHandle {
  getDirectoryHandle(name: string, options: { create: boolean }): Promise<FolderHandle>;
  getFileHandle(
    name: string,
    options: { create: boolean },
  ): Promise<{ getFile(): Promise<Blob>; createWritable(): Promise<WritableStream> }>;
}

interface Asked<T> {
  result: T;
  error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

interface Table {
  get(key: string): Asked<unknown>;
  put(value: unknown, key: string): Asked<unknown>;
}

interface Database {
  createObjectStore(name: string): unknown;
  transaction(name: string, mode: "readonly" | "readwrite"): {
    objectStore(name: string): Table;
    oncomplete: (() => void) | null;
    onabort: (() => void) | null;
    error: unknown;
  };
  close(): void;
}

interface IDBFactoryLike {
  open(name: string): Asked<Database> & { onupgradeneeded: (() => void) | null };
}

const platform = globalThis as Platform;

/** The place that a name begins with `opfs://` or `indexeddb://` for; `undefined` for other names. */
export function storeOf(place: string): NamedStore | undefined {
  const [, scheme, name] = /^(opfs|indexeddb):\/\/(.+)$/.exec(place) ?? [];
  if (scheme === "opfs") return inFileSystem(name.split("/").filter((part) => part !== ""));
  if (scheme === "indexeddb") return inDatabase(name);
}

/** In the page's private file system. */
function inFileSystem(path: readonly string[]): NamedStore {
  const find = async (create: boolean) => {
    const root = platform.navigator?.storage?.getDirectory?.bind(platform.navigator.storage);
    if (root === undefined) throw absent("private file system", "navigator.storage.getDirectory");
    let folder = await root();
    for (const name of path.slice(0, -1)) {
      folder = await folder.getDirectoryHandle(name, { create });
    }
    return await folder.getFileHandle(path.at(-1)!, { create });
  };
  return {
    async read() {
      try {
        return await (await find(false)).getFile();
      } catch (error) {
        if ((error as Error).name === "NotFoundError") return undefined;
        throw error;
      }
    },
    async write(blob) {
      const writer = (await (await find(true)).createWritable()).getWriter();
      await writer.write(blob);
      await writer.close();
    },
  };
}

/** In the page's database. */
function inDatabase(name: string): NamedStore {
  return {
    read: () => inTable("readonly", (table) => table.get(name)) as Promise<Blob | undefined>,
    write: async (blob) => void await inTable("readwrite", (table) => table.put(blob, name)),
  };
}

/** Asks the table of files, which is made where there is none, and waits until it is done. */
async function inTable(
  mode: "readonly" | "readwrite",
  ask: (table: Table) => Asked<unknown>,
): Promise<unknown> {
  const { indexedDB } = platform;
  if (indexedDB === undefined) throw absent("database", "indexedDB");
  const opening = indexedDB.open(DATABASE);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
  await settled(opening);
  const database = opening.result;
  try {
    const transaction = database.transaction(TABLE, mode),
      asked = ask(transaction.objectStore(TABLE));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? asked.error);
    });
    return asked.result;
  } finally {
    database.close();
  }
}

function settled(asked: Asked<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve();
    asked.onerror = () => reject(asked.error);
  });
}

/** The error of a platform that is no page. */
function absent(what: string, name: string): Error {
  return new Error(`this platform has no ${what} (${name}), as pages have`);
}
