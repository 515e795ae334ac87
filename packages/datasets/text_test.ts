import { DataError } from "@neurite/tensor";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { inEmptyFolder } from "../../testing/environment.ts";
import { loadSonnets, type LoadTextOptions, loadTinyShakespeare } from "./text.ts";
import { Vocabulary } from "./vocabulary.ts";

const LOADERS = [
  { load: loadTinyShakespeare, folder: "tinyshakespeare", name: "input.txt", bytes: 1_115_394 },
  { load: loadSonnets, folder: "sonnets", name: "sonnets.txt", bytes: 94_082 },
];

function put(folder: string, name: string, content: string | Uint8Array): void {
  Deno.mkdirSync(folder, { recursive: true });
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  Deno.writeFileSync(`${folder}/${name}`, bytes);
}

Deno.test("texts come from dir alone, else from NEURITE_DATA", async () => {
  for (const { load, folder, name } of LOADERS) {
    await inEmptyFolder(async (root) => {
      put(`${root}/data/${folder}`, name, "from the environment\n");
      put(`${root}/own`, name, "my own: Ünïcödé 🙂\n");
      assertEquals(await load(), "from the environment\n");
      assertEquals(await load({ dir: `${root}/own` }), "my own: Ünïcödé 🙂\n");
      const error = await assertRejects(() => load({ dir: root }), DataError);
      assertEquals([error.file, error.expected], [`${root}/${name}`, name]);
      assertStringIncludes(error.message, "Leave out the option dir to have it downloaded");
    }, "data");
  }
});

Deno.test("limit counts characters, not halves of them", async () => {
  await inEmptyFolder(async (dir) => {
    put(dir, "input.txt", "a🙂bc");
    const load = (limit: number) => loadTinyShakespeare({ dir, limit });
    assertEquals([await load(1), await load(2), await load(99)], ["a", "a🙂", "a🙂bc"]);
    for (const limit of [0, -1, 1.5, NaN]) {
      await assertRejects(() => load(limit), RangeError, `current ${limit}`);
    }
  });
});

Deno.test("nothing in the cache is trusted without its SHA-256", async () => {
  for (const { load, folder, name, bytes } of LOADERS) {
    await inEmptyFolder(async (root) => {
      const cache = `${root}/cache/neurite/${folder}`, mirrors: string[] = [];
      put(cache, name, "another text");
      const short = await assertRejects(() => load({ mirrors }), DataError);
      assertEquals([short.file, short.expected], [`${cache}/${name}`, `${bytes} bytes`]);
      put(cache, name, new Uint8Array(bytes).fill(65)); // the right length
      const foreign = await assertRejects(() => load({ mirrors }), DataError);
      assertMatch(String(foreign.expected), /^[0-9a-f]{64}$/);
      assertStringIncludes(foreign.message, "name its folder with the option dir");
    });
  }
});

Deno.test("a mirror is asked by the file's name, and another text is not kept", async () => {
  const requests: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    requests.push(new URL(request.url).pathname);
    return new Response("<html>not found</html>", { status: 200 });
  });
  await inEmptyFolder(async (root) => {
    const mirrors = [`http://127.0.0.1:${server.addr.port}/texts`];
    const options: LoadTextOptions = { mirrors, onProgress: () => {} };
    for (const { load, folder, name } of LOADERS) {
      const error = await assertRejects(() => load(options), DataError);
      assertStringIncludes(error.message, "22 bytes instead of");
      assertEquals(requests.pop(), `/texts/${name}`);
      assertEquals([...Deno.readDirSync(`${root}/cache/neurite/${folder}`)], []);
    }
  });
  await server.shutdown();
});

Deno.test("a byte order mark is no part of a text", async () => {
  await inEmptyFolder(async (dir) => {
    put(dir, "sonnets.txt", Uint8Array.of(0xef, 0xbb, 0xbf, 65, 0xef, 0xbb, 0xbf));
    assertEquals(await loadSonnets({ dir }), "A\uFEFF"); // the second one is a character
  });
});

Deno.test("what is not a text in UTF-8 is refused, and named where it can be", async () => {
  const cases: [bytes: number[], found: string, offset?: number][] = [
    [[], "at least one character: current none"],
    [[0xef, 0xbb, 0xbf], "at least one character: current only a byte order mark"],
    [[65, 0xff, 0xfe], "UTF-8: current bytes that are not"],
    [[0xff, 0xfe, 65, 0], "the byte order mark of UTF-16", 0],
    [[0xfe, 0xff, 0, 65], "the byte order mark of UTF-16", 0],
    [[65, 0, 66, 0], "a zero byte at 1, as in UTF-16", 1], // UTF-16 without a mark
    [[0, 65, 0, 66], "a zero byte at 0, as in UTF-16", 0],
  ];
  await inEmptyFolder(async (dir) => {
    for (const [bytes, found, offset] of cases) {
      put(dir, "sonnets.txt", Uint8Array.from(bytes));
      const error = await assertRejects(() => loadSonnets({ dir }), DataError, found);
      assertEquals([error.file, error.offset], [`${dir}/sonnets.txt`, offset]);
    }
  });
});

Deno.test({
  name: "text loaders say which flag lets them read a folder",
  permissions: { read: false, env: false, net: false, write: false },
  fn: async () => {
    const error = await assertRejects(() => loadSonnets({ dir: "/data/sonnets" }), DataError);
    assertStringIncludes(error.message, "--allow-read=/data/sonnets");
  },
});

const data = Deno.env.get("NEURITE_DATA");
if (!data) console.warn("SKIPPED, as NEURITE_DATA is unset: the real Tiny Shakespeare and sonnets");

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test({ name: "the real texts, to the byte", ignore: !data }, async () => {
  const plays = await loadTinyShakespeare({ mirrors: [] });
  assertEquals(plays.length, 1_115_394);
  assertEquals(Vocabulary.fromText(plays).size, 65);
  assert(plays.startsWith("First Citizen:\nBefore we proceed any further, hear me speak.\n"));
  assertEquals(
    await sha256(plays),
    "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
  );
  const sonnets = await loadSonnets({ mirrors: [] });
  assertEquals(Vocabulary.fromText(sonnets).size, 61);
  assertEquals(sonnets.trim().split("\n\n").length, 154);
  assertEquals(
    await sha256(sonnets),
    "4e5e5812959a59e06ebd719641be487c64b7496ace51a9e2594b8c0dca485562",
  );
  assertEquals(await loadSonnets({ mirrors: [], limit: 13 }), "From fairest ");
});
