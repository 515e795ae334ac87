import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "./errors.ts";
import {
  bytesAs,
  type FileHandle,
  type FileSource,
  isBytesKind,
  openSource,
  readSource,
  writeTarget,
} from "./files.ts";

const BYTES = Uint8Array.of(1, 2, 3, 4);

/** A file handle in memory, as pages have them. */
class Handle implements FileHandle {
  readonly name = "chosen.bin";
  parts: Blob[] = [];

  getFile(): Promise<Blob> {
    return Promise.resolve(new Blob(this.parts));
  }

  createWritable(): Promise<WritableStream> {
    const parts: Blob[] = [], close = () => void (this.parts = parts);
    return Promise.resolve(new WritableStream({ write: (part) => void parts.push(part), close }));
  }
}

/** A server that keeps what is put, but under `/never`. */
function serve() {
  let kept: ArrayBuffer | undefined;
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, async (request) => {
    const never = request.url.endsWith("/never");
    if (never || (request.method !== "PUT" && kept === undefined)) {
      return new Response("no", { status: 404 });
    }
    if (request.method === "PUT") kept = await request.arrayBuffer();
    return new Response(kept);
  });
  const address = `http://127.0.0.1:${server.addr.port}/`;
  return { address, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("bytes come from every kind of source, with a name for messages", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeFile(path, BYTES);
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  shared.set(BYTES);
  const handle = new Handle();
  handle.parts = [new Blob([BYTES])];
  const sources: [FileSource, string][] = [
    [path, path],
    [new URL(`file://${path}`), path],
    [
      "data:application/octet-stream;base64,AQIDBA==",
      "data:application/octet-stream;base64,AQIDBA==",
    ],
    [BYTES, "the data"],
    [new Uint8Array([0, ...BYTES, 0]).subarray(1, 5), "the data"],
    [shared, "the data"],
    [BYTES.buffer, "the data"],
    [new Blob([BYTES]), "the data"],
    [new File([BYTES], "a.bin"), "a.bin"],
    [new Response(BYTES), "the response"],
    [handle, "chosen.bin"],
  ];
  for (const [source, name] of sources) {
    const { bytes, file } = await readSource(source instanceof Response ? source.clone() : source);
    assertEquals([file, [...bytes]], [name, [1, 2, 3, 4]]);
    const opened = await openSource(source), into = new Uint8Array(8);
    assertEquals([opened.size, [...await opened.read(1, 3, into)]], [4, [2, 3]]);
    assertEquals([...into], [2, 3, 0, 0, 0, 0, 0, 0]);
    await opened.close();
  }
  await Deno.remove(path);
});

Deno.test("parts go to paths, handles and servers, and become bytes, blobs and responses", async () => {
  const parts = [BYTES.subarray(0, 1), BYTES.subarray(1)], path = await Deno.makeTempFile();
  await writeTarget(new URL(`file://${path}`), parts);
  assertEquals(await Deno.readFile(path), BYTES);
  await Deno.remove(path);
  const handle = new Handle();
  await writeTarget(handle, parts);
  assertEquals((await readSource(handle)).bytes, BYTES);
  await using server = serve();
  await writeTarget(server.address, parts);
  assertEquals((await readSource(new URL(server.address))).bytes, BYTES);
  assertEquals(await bytesAs(Uint8Array, parts), BYTES);
  assertEquals(new Uint8Array(await bytesAs(ArrayBuffer, parts)), BYTES);
  assertEquals((await readSource(await bytesAs(Blob, parts))).bytes, BYTES);
  assertEquals((await readSource(await bytesAs(Response, parts))).bytes, BYTES);
  assertEquals([Uint8Array, Blob, Response, "Blob"].map(isBytesKind), [true, true, true, false]);
});

Deno.test("what cannot be read or written says where, and what was found", async () => {
  await using server = serve();
  const never = `${server.address}never`;
  const cases: [() => Promise<unknown>, string][] = [
    [
      () => readSource(never),
      `Cannot read ${never} as the server must have it: current the answer 404`,
    ],
    [() => writeTarget(never, [BYTES]), "as the server must take it: current the answer 404"],
    [() => readSource(new Response("", { status: 500 })), "Cannot read the response as the server"],
    [
      () => readSource("http://127.0.0.1:1/"),
      "Cannot read http://127.0.0.1:1/ as it must be a file",
    ],
    [() => readSource("no/such/file"), "Cannot read no/such/file"],
    [() => readSource("opfs://a/b"), "this platform has no private file system"],
    [
      () => writeTarget("indexeddb://a", [BYTES]),
      "Cannot write indexeddb://a as it must be a place",
    ],
    [() => readSource("indexeddb://a"), "this platform has no database (indexedDB), as pages have"],
  ];
  for (const [act, message] of cases) await assertRejects(act, DataError, message);
  const wrong = 3 as unknown as string;
  await assertRejects(() => readSource(wrong), TypeError, "or a file handle: current Number");
  await assertRejects(() => writeTarget(wrong, []), TypeError, "Blob or Response: current Number");
});
