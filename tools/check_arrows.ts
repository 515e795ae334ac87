/**
 * Checks who imports whom: topic packages build on `nn` and `tensor`, never on each other beyond
 * the table below, everybody names packages instead of reaching into their folders, and no files
 * need each other to be loaded.
 */
import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { listFiles, ROOT, runDeno } from "./workspace.ts";

/** What the sources of each package may import. */
const ARROWS: Record<string, string[]> = {
  tensor: [],
  plot: ["tensor"],
  nn: ["tensor"],
  datasets: ["tensor"],
  perceptron: ["tensor"],
  "mlp-backprop": ["tensor"],
  rbf: ["tensor"],
  cnn: ["nn", "tensor"],
  regularization: ["nn", "tensor"],
  rnn: ["nn", "tensor"],
  autoencoders: ["cnn", "nn", "tensor"],
  "classic-archs": ["cnn", "regularization", "nn", "tensor"],
  images: ["nn", "tensor"],
  "lstm-gru": ["rnn", "nn", "tensor"],
  formats: [
    "autoencoders",
    "classic-archs",
    "lstm-gru",
    "rnn",
    "cnn",
    "regularization",
    "images",
    "nn",
    "tensor",
  ],
  webgpu: ["tensor"],
  distributed: ["nn", "tensor"],
  tfjs: ["tensor"],
};

/**
 * The floors of `tensor`, from the ground up: files and folders, each of which imports from its own
 * floor and those below. Tests stand outside of the house.
 */
const FLOORS: readonly (readonly string[])[] = [
  [
    "builtin.ts",
    "terminal_bar.ts",
    "shared.ts",
    "backend.ts",
    "shape.ts",
    "errors.ts",
    "texts.ts",
    "ndarray.ts",
    "arguments.ts",
    "rows.ts",
    "format.ts",
    "file_system.ts",
    "named_store.ts",
    "source.ts",
    "files.ts",
    "download/",
  ],
  ["random/"],
  ["handle.ts", "scope.ts", "tensor.ts", "tape.ts", "op.ts", "update.ts"],
  ["current_backend.ts", "convert.ts", "create.ts"],
  ["ops/", "gradient.ts"],
  ["updates/", "linalg/", "read_together.ts", "check.ts"],
  ["backends/"],
  ["contract/"],
  ["base.ts", "worker.ts", "core.ts", "mod.ts", "internal.ts"],
];

/** Operations whose gradients are each other's, in `packages/tensor/ops`: the only circles there are. */
const INVERSE: readonly (readonly string[])[] = [
  ["elementwise/cos.ts", "elementwise/sin.ts"],
  ["elementwise/cosh.ts", "elementwise/sinh.ts"],
  ["image/conv2d.ts", "image/conv2d_filter_gradient.ts", "image/conv2d_transpose.ts"],
  ["index/add_along_axis.ts", "index/take_along_axis.ts"],
  ["index/gather.ts", "index/scatter_add.ts"],
  ["reduce/sum.ts", "rules/unbroadcast.ts", "shape/broadcast_to.ts"],
  ["shape/pad.ts", "shape/slice.ts", "shape/strided_slice.ts"],
];

/** Packages for the edges of the workspace: examples, benches, tests and tools. */
const LEAVES = ["datasets", "plot"];

/** One import statement: both files as paths from the root, the specifier as written. */
export interface Import {
  /** The importing file. */
  from: string;
  /** The imported file. */
  to: string;
  /** What the statement names. */
  specifier: string;
  /** Whether it imports nothing but types, so that nothing is loaded. */
  typeOnly?: boolean;
}

/** The part of `deno info --json` that is read. */
interface Graph {
  modules: {
    specifier: string;
    error?: string;
    dependencies?: {
      specifier: string;
      code?: { specifier?: string; error?: string };
      type?: { specifier?: string; error?: string };
    }[];
  }[];
}

/** Every import between two files of the workspace, as Deno itself resolves it. */
export async function readImports(root: string = ROOT): Promise<Import[]> {
  const files = ["packages", "examples", "bench", "testing", "tools"].flatMap((dir) =>
    listFiles(join(root, dir), (path) => path.endsWith(".ts") && !path.endsWith(".as.ts"))
  );
  const graph = await readGraph(root, files);
  const base = pathToFileURL(root + sep).href;
  const pathOf = (url: string) => relative(root, fileURLToPath(url)).replaceAll(sep, "/");
  return graph.modules.filter(({ specifier }) => specifier.startsWith(base)).flatMap((module) => {
    if (module.error) throw new Error(`Cannot read the imports of a file: ${module.error}`);
    return (module.dependencies ?? []).flatMap(({ specifier, code, type }) => {
      const problem = code?.error ?? type?.error;
      if (problem) throw new Error(`Cannot resolve ${specifier}: ${problem}`);
      const target = code?.specifier ?? type?.specifier ?? "";
      if (!target.startsWith(base)) return [];
      const typeOnly = code === undefined;
      return [{ from: pathOf(module.specifier), to: pathOf(target), specifier, typeOnly }];
    });
  });
}

async function readGraph(root: string, files: string[]): Promise<Graph> {
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const imports = files.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};\n`);
    await Deno.writeTextFile(entry, imports.join(""));
    const map = join(root, "tools/offline/import_map.json");
    const options = ["--config", join(root, "deno.json")];
    if (existsSync(map)) options.push("--import-map", map);
    const { ok, stdout, stderr } = await runDeno(["info", "--json", ...options, entry]);
    if (!ok) throw new Error(`Cannot read the imports as deno info failed: ${stderr}`);
    return JSON.parse(stdout);
  } finally {
    await Deno.remove(entry);
  }
}

/** Tests, benches, and what only they use. */
const isTest = (path: string): boolean =>
  /_(test|bench)\.ts$|(^|\/)(testing|fixtures)\//.test(path);

/** What is wrong with one import, if anything. */
function faultOf({ from, to, specifier }: Import): string | undefined {
  const [area, source] = from.split("/");
  const [targetArea, target] = to.split("/");
  if (specifier.startsWith("@std/")) {
    const used = area === "packages" || area === "examples" ? isTest(from) : true;
    return used ? undefined : "@std is for tests, benches and tools";
  }
  if (area === "packages" && targetArea !== "packages") {
    if (targetArea === "testing" && isTest(from)) return undefined;
    return `packages do not import from ${targetArea}/`;
  }
  if (targetArea !== "packages" || area === "tools") return undefined;
  const byName = specifier.startsWith("@neurite/") || specifier.startsWith("jsr:@neurite/");
  if (area !== "packages") {
    return byName ? undefined : `import the package by its name, @neurite/${target}`;
  }
  if (source === target) {
    const round = byName && !isTest(from);
    return round ? "inside a package, import the file by its relative path" : undefined;
  }
  if (!byName) return `import the package by its name, @neurite/${target}`;
  const allowed = ARROWS[source];
  if (!allowed) return `give ${source} a line in the table of tools/check_arrows.ts`;
  if (allowed.includes(target) || (isTest(from) && LEAVES.includes(target))) return undefined;
  return `${source} may import ${allowed.join(", ") || "no other package"}`;
}

/** The floor of a file of `tensor`. */
function floorOf(path: string): number {
  const name = path.replace("packages/tensor/", "");
  return FLOORS.findIndex((floor) =>
    floor.some((part) => part.endsWith("/") ? name.startsWith(part) : name === part)
  );
}

/** Whether a file of `tensor` imports from a floor above its own. */
function floorFault({ from, to }: Import): string | undefined {
  const inside = (path: string) => path.startsWith("packages/tensor/") && !isTest(path);
  if (!inside(from) || !inside(to)) return undefined;
  const lower = floorOf(from), upper = floorOf(to);
  if (lower < 0) return `give ${from} a floor in the table of tools/check_arrows.ts`;
  return upper > lower ? `it stands on a floor above: ${to}` : undefined;
}

/** The arrows that point the wrong way, as one line each. */
export function findWrongArrows(imports: Import[]): string[] {
  return imports.flatMap((one) => {
    const fault = faultOf(one) ?? floorFault(one);
    return fault ? [`Cannot import ${one.specifier} in ${one.from} as ${fault}`] : [];
  });
}

/** The shortest way from a file back to itself, if there is one. */
function circleOf(file: string, targets: Map<string, string[]>): string[] | undefined {
  const before = new Map<string, string>(), queue = [file];
  for (const from of queue) {
    for (const to of targets.get(from) ?? []) {
      if (to === file) {
        const way = [from];
        while (way[0] !== file) way.unshift(before.get(way[0])!);
        return way;
      }
      if (!before.has(to)) queue.push(to);
      before.set(to, before.get(to) ?? from);
    }
  }
}

/** A file, or where its gradient is another's and that one's is its own, the first of them. */
function oneOf(path: string): string {
  const folder = "packages/tensor/ops/";
  const group = INVERSE.find((files) => files.some((file) => path === folder + file));
  return group === undefined ? path : folder + group[0];
}

/** Files of packages that need each other to be loaded, as one line for each circle. */
export function findCircles(imports: Import[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    const inside = [from, to].every((path) => path.startsWith("packages/") && !isTest(path));
    const within = from !== to && oneOf(from) === oneOf(to);
    if (!inside || typeOnly || within) continue;
    targets.set(oneOf(from), [...targets.get(oneOf(from)) ?? [], oneOf(to)]);
  }
  const circles = new Map<string, string[]>();
  for (const file of [...targets.keys()].sort()) {
    const circle = circleOf(file, targets), key = circle?.toSorted().join() ?? "";
    if (circle && !circles.has(key)) circles.set(key, circle);
  }
  return [...circles.values()].map((circle) =>
    `Cannot import in a circle as files are loaded one after the other: ${
      [...circle, circle[0]].join(" -> ")
    }. Move what both need into a file below them`
  );
}

if (import.meta.main) {
  const imports = await readImports();
  const wrong = [...findWrongArrows(imports), ...findCircles(imports)];
  for (const line of wrong) console.error(line);
  console.log(`${imports.length} imports, ${wrong.length} wrong`);
  Deno.exit(wrong.length > 0 ? 1 : 0);
}
