/**
 * Runs a bundle of the packages in headless Chromium: in a page as any server sends it, in one that
 * is isolated and so has threads, in pages whose content security policy refuses to compile code, and
 * in a page and a worker with a graphics card, for which Chromium's software stands in.
 * Without a Chromium it says so and checks nothing.
 */
import { join } from "node:path";
import type { DeviceReport } from "./pages/device.ts";
import type { Report } from "./pages/program.ts";
import { runDeno } from "./workspace.ts";

/** How long a page may take. */
const PATIENCE_MS = 60_000;

const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};
const policy = (script: string) => ({
  "content-security-policy": `default-src 'self'; script-src 'self' ${script}`,
});

/** A kind of page: the headers it is sent with, and what must compute there. */
interface Kind {
  name: string;
  headers: Record<string, string>;
  backend: string;
  threads: (threads: number) => boolean;
  /** What is said about the number of threads. */
  singleThread: RegExp;
}

const one = (threads: number): boolean => threads === 1;

const KINDS: Kind[] = [
  {
    name: "a page",
    headers: {},
    backend: "wasm",
    threads: one,
    singleThread: /cross-origin isolation/,
  },
  {
    name: "an isolated page",
    headers: ISOLATED,
    backend: "wasm",
    threads: (threads) => threads === Math.min(63, navigator.hardwareConcurrency),
    singleThread: /^$/,
  },
  {
    name: "a page that compiles WebAssembly only",
    headers: policy("'wasm-unsafe-eval'"),
    backend: "wasm",
    threads: one,
    singleThread: /cross-origin isolation/,
  },
  {
    name: "an isolated page that refuses workers",
    headers: { ...ISOLATED, ...policy("'wasm-unsafe-eval'") },
    backend: "wasm",
    threads: one,
    singleThread: navigator.hardwareConcurrency > 1 ? /a worker that the page refuses/ : /^$/,
  },
  {
    name: "a page that compiles nothing",
    headers: policy(""),
    backend: "reference",
    threads: one,
    singleThread: /^$/,
  },
];

/** The program of a Chromium, where there is one. */
async function findChromium(): Promise<string | undefined> {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      const { success } = await new Deno.Command(name, { args: ["--version"], stderr: "null" })
        .output();
      if (success) return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** One module with everything that the program needs. */
async function bundle(dir: string, program: string): Promise<string> {
  const path = join(dir, `${program}.js`);
  const { ok, stderr } = await runDeno([
    "bundle",
    ...["--platform", "browser", "--import-map", "tools/offline/import_map.json"],
    ...["--output", path, `tools/pages/${program}.ts`],
  ]);
  if (!ok) throw new Error(`Cannot try a page as the bundle cannot be made:\n${stderr}`);
  return await Deno.readTextFile(path);
}

/** Opens a page of this kind and waits for its report. */
async function open<R>(
  chromium: string,
  headers: Record<string, string>,
  code: string,
  flags: readonly string[] = [],
): Promise<R | { error: string }> {
  const { promise, resolve } = Promise.withResolvers<R | { error: string }>();
  const html = '<!doctype html><script type="module" src="page.js"></script>';
  const profile = await Deno.makeTempDir();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/report") resolve(await request.json());
      const [body, type] = pathname === "/page.js"
        ? [code, "text/javascript"]
        : [pathname === "/" ? html : "", "text/html"];
      return new Response(body, { headers: { ...headers, "content-type": type } });
    },
  );
  const browser = new Deno.Command(chromium, {
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", ...flags],
      ...[`--user-data-dir=${profile}`, `http://127.0.0.1:${server.addr.port}/`],
    ],
    env: { TMPDIR: profile }, // what it leaves goes with its profile
    stdout: "null",
    stderr: "null",
  }).spawn();
  const late = setTimeout(
    () => resolve({ error: `no report in ${PATIENCE_MS / 1000} s` }),
    PATIENCE_MS,
  );
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    browser.kill();
    await browser.status;
    await Deno.remove(profile, { recursive: true }).catch(() => {}); // its helpers may still write
  }
}

/** What is wrong with a report, if anything. */
function faultIn(kind: Kind, report: Report | { error: string }): string | undefined {
  if ("error" in report) return report.error;
  const { and, fit, images, weights, backend, threads, singleThread } = report;
  const right = and && fit && images && weights && backend === kind.backend &&
    kind.threads(threads) &&
    kind.singleThread.test(singleThread);
  return right ? undefined : `it reports ${JSON.stringify(report)}`;
}

/** With these, Chromium has an adapter in software. */
const SOFTWARE = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** What is wrong with the report of a page with a device, and of its worker, if anything. */
function faultOnDevice(report: DeviceReport | { error: string }): string | undefined {
  if ("error" in report) return report.error;
  const all = [report, report.worker ?? { backend: "", learnt: false }];
  const right = all.every(({ backend, learnt }) => backend === "webgpu" && learnt);
  return right ? undefined : `it reports ${JSON.stringify(report)}`;
}

if (import.meta.main) {
  const chromium = await findChromium();
  if (chromium === undefined) {
    console.warn("NOT TESTED: pages, as there is no chromium, chromium-browser or google-chrome");
    console.log("0 passed, 0 failed");
    Deno.exit(0);
  }
  const dir = await Deno.makeTempDir(), counts = { passed: 0, failed: 0 };
  try {
    const tell = (name: string, fault: string | undefined): void => {
      counts[fault === undefined ? "passed" : "failed"]++;
      if (fault === undefined) console.log(`${name} ok`);
      else console.error(`Cannot compute in ${name} as ${fault}`);
    };
    const code = await bundle(dir, "program");
    for (const kind of KINDS) {
      tell(kind.name, faultIn(kind, await open<Report>(chromium, kind.headers, code)));
    }
    const onDevice = await bundle(dir, "device");
    const report = await open<DeviceReport>(chromium, {}, onDevice, SOFTWARE);
    tell("a page with a graphics card, and a worker of it", faultOnDevice(report));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  Deno.exit(counts.failed > 0 ? 1 : 0);
}
