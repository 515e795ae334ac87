/** Who runs the jobs: ourselves on each backend, and the peers that are installed. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** A command that prints lines of JSON. */
export interface Contender {
  /** Its name in tables: `wasm 2`. */
  readonly name: string;
  readonly command: readonly string[];
  /** Where it runs, by default the root. */
  readonly cwd?: string;
}

const deno = Deno.execPath();

/** Ourselves; on one thread without the classic networks, which take long. */
export const OURS: readonly Contender[] = [
  ["wasm", 1, "book"],
  ["wasm", 2, "all"],
  ["blas", 2, "all"],
].map(([backend, threads, set]) => ({
  name: `${backend} ${threads}`,
  command: [
    ...[deno, "run", "--allow-ffi", "--allow-env", "bench/seed_jobs.ts"],
    ...["--backend", `${backend}`, "--threads", `${threads}`, "--set", `${set}`],
  ],
}));

/** The npm packages that a peer's script imports, and its arguments. */
const SCRIPTS: Record<string, { file: string; imports: string[]; args: string[] }> = {
  "tfjs-wasm": {
    file: "tfjs_seed.ts",
    imports: ["@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0"],
    args: ["wasm"],
  },
  "jax-js": { file: "jaxjs_seed.ts", imports: ["@jax-js/jax"], args: [] },
};

/** The last line that a command prints; nothing where it fails. */
async function lastLine(command: string, args: string[], cwd?: string): Promise<string> {
  try {
    const { success, stdout } = await new Deno.Command(command, { args, cwd }).output();
    return success ? new TextDecoder().decode(stdout).trim().split("\n").at(-1)! : "";
  } catch {
    return "";
  }
}

/**
 * The peers whose scripts lie in `folder`: PyTorch and Keras with the interpreter that its `python`
 * prints, TensorFlow.js and jax-js with this Deno. What cannot be used is named in `missing`; those
 * that are not `wanted` are not looked for.
 */
export async function findPeers(
  folder: string,
  wanted: (name: string) => boolean = () => true,
): Promise<{ peers: Contender[]; missing: string[] }> {
  const peers: Contender[] = [], missing: string[] = [];
  const python = existsSync(join(folder, "python"))
    ? await lastLine(join(folder, "python"), [])
    : "";
  const scripts = [
    ["torch", "torch_seed.py", "2"],
    ["torch", "torch_classic.py", "2"],
    ["keras", "keras_seed.py"],
  ];
  for (const [name, file, ...args] of scripts) {
    if (!wanted(name)) continue;
    const path = join(folder, file);
    if (python === "" || !existsSync(path)) missing.push(name);
    else peers.push({ name, command: [python, path, ...args] });
  }
  for (const [name, { file, imports, args }] of Object.entries(SCRIPTS)) {
    if (!wanted(name)) continue;
    const path = join(folder, file);
    const cwd = existsSync(path) ? await install(path, file, imports) : undefined;
    if (cwd === undefined) missing.push(name);
    else peers.push({ name, command: [deno, "run", "-A", file, ...args], cwd });
  }
  return { peers, missing };
}

/** A folder in which a script finds its packages; nothing where they cannot be had. */
async function install(path: string, file: string, imports: string[]): Promise<string | undefined> {
  const cwd = await Deno.makeTempDir({ prefix: "peer" });
  const map = imports.map((name) => [name.replace(/(?<=.)@[\d.]+$/, ""), `npm:${name}`]);
  const config = { imports: Object.fromEntries(map), nodeModulesDir: "auto" };
  await Deno.writeTextFile(join(cwd, "deno.json"), JSON.stringify(config));
  await Deno.copyFile(path, join(cwd, file));
  const { success } = await new Deno.Command(deno, { args: ["install", "--quiet"], cwd }).output();
  return success ? cwd : undefined;
}
