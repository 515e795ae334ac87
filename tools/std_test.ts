import { assert, assertEquals, assertFalse, assertLess, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Registry } from "./registry.ts";
import { jsrAnswers, OFFLINE, offlineImportMap } from "./std.ts";
import { listFiles, readConfig, ROOT, runDeno } from "./workspace.ts";

/** A server of this machine that gives every request the same treatment. */
async function withServer<T>(
  handler: () => Response | Promise<Response>,
  body: (url: string) => Promise<T>,
): Promise<T> {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    handler,
  );
  return await body(`http://127.0.0.1:${server.addr.port}/`);
}

function registryWith(version: string): Registry {
  const registry = new Registry();
  registry.add("@std/assert", version, { ".": "./mod.ts" }, new Map([["/mod.ts", "export {};"]]));
  return registry;
}

const pinned = readConfig(ROOT).imports?.["@std/assert"].split("@").at(-1) ?? "";

Deno.test("JSR answers when it has the pinned version", async () => {
  await using registry = registryWith(pinned);
  assert(await jsrAnswers(registry.url));
});

Deno.test("JSR does not answer when it lacks the pinned version or the package", async () => {
  await using old = registryWith("0.0.1");
  assertFalse(await jsrAnswers(old.url));
  await using empty = new Registry();
  assertFalse(await jsrAnswers(empty.url));
});

Deno.test("JSR does not answer when a portal answers in its place", async () => {
  const portal = () => new Response("<html>Please log in</html>");
  assertFalse(await withServer(portal, (url) => jsrAnswers(url)));
  const failing = () => Response.json({ versions: { [pinned]: {} } }, { status: 503 });
  assertFalse(await withServer(failing, (url) => jsrAnswers(url)));
});

Deno.test("JSR does not answer when nobody listens", async () => {
  assertFalse(await jsrAnswers("http://127.0.0.1:9/"));
});

Deno.test("JSR does not answer when it hangs, before or in the body", async () => {
  const release = Promise.withResolvers<void>();
  const start = performance.now();
  const silent = () => release.promise.then(() => new Response());
  const asking = withServer(silent, async (url) => {
    const answer = await jsrAnswers(url, 200);
    release.resolve();
    return answer;
  });
  assertFalse(await asking);
  const half = () =>
    new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(1)) }));
  assertFalse(await withServer(half, (url) => jsrAnswers(url, 200)));
  assertLess(performance.now() - start, 2500);
});

Deno.test("the choice is the only thing on standard output", async () => {
  const run = (url: string) =>
    runDeno(["run", "--allow-net=127.0.0.1", "--allow-env=JSR_URL", "tools/std.ts"], {
      env: { JSR_URL: url },
    });
  await using registry = registryWith(pinned);
  const there = await run(registry.url);
  assertEquals([there.ok, there.stdout], [true, ""]);
  assertStringIncludes(there.stderr, "@std from JSR");
  const gone = await run("http://127.0.0.1:9/");
  assertEquals([gone.ok, gone.stdout], [true, OFFLINE + "\n"]);
  assertStringIncludes(gone.stderr, "@std from tools/offline");
});

Deno.test("offline/import_map.json follows deno.json (deno run -RW tools/std.ts --write)", () => {
  const path = join(ROOT, "tools/offline/import_map.json");
  assertEquals(Deno.readTextFileSync(path), offlineImportMap());
});

Deno.test("the lock file pins every package of JSR that the sources import", () => {
  const { specifiers } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.lock")));
  const sources = ["packages", "examples", "bench", "testing", "tools"]
    .flatMap((dir) => listFiles(join(ROOT, dir), (path) => path.endsWith(".ts")))
    .map((path) => Deno.readTextFileSync(path));
  const used = Object.entries(readConfig(ROOT).imports ?? {})
    .filter(([name, target]) =>
      target.startsWith("jsr:") && sources.some((text) => text.includes(`from "${name}`))
    );
  assert(used.length > 0);
  assertEquals(used.map(([, target]) => target).filter((target) => !(target in specifiers)), []);
});
