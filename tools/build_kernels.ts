/**
 * Compiles the AssemblyScript kernels of `@neurite/tensor`, all of them and those of the core, each
 * twice, with SIMD and with relaxed SIMD (fused multiply-add), and embeds them as base64. With
 * `--check` nothing is written: it fails if a committed file is not what the sources give.
 */
import asc from "assemblyscript/asc";
import { Buffer } from "node:buffer";

const tensor = new URL("../packages/tensor/", import.meta.url);

/** The modules: where their exports stand, where they are written, where their own data begin. */
const MODULES = [
  { entry: "kernels.as.ts", target: "module.ts", memoryBase: 8192 },
  { entry: "core.as.ts", target: "core_module.ts", memoryBase: 1024 },
];
type Module = typeof MODULES[number];

/** Compiles a module with the given WebAssembly features. */
async function compile(
  { entry, memoryBase }: Module,
  features: string,
): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main([
    entry,
    ...["--outFile", "kernels.wasm", "-O3", "--runtime", "stub", "--noAssert"],
    ...["--enable", features, "--importMemory", "--sharedMemory", "--noExportMemory"],
    ...["--initialMemory", "1", "--maximumMemory", "65536"],
    ...["--memoryBase", String(memoryBase)],
  ], {
    readFile(name, base) {
      try {
        return Deno.readTextFileSync(new URL(`kernels/${name}`, new URL(`${base}/`, tensor)));
      } catch {
        return null; // asc tries several names for each import
      }
    },
    writeFile(_name, contents) {
      binary = new Uint8Array(contents as Uint8Array);
    },
  });
  if (error !== null || binary === undefined) {
    throw new Error(`The kernels do not compile:\n${stderr}`, { cause: error });
  }
  return binary;
}

/** What a committed file must hold, by its name. */
const files: Record<string, string> = {};
const HEADER = `// Written by \`deno task kernels\` from kernels/*.as.ts; not to be edited.
// deno-fmt-ignore-file
`;

for (const module of MODULES) {
  const baseline = await compile(module, "simd,threads,bulk-memory");
  const relaxed = await compile(module, "simd,threads,bulk-memory,relaxed-simd");
  files[module.target] = `${HEADER}
/** Compiled with SIMD: ${baseline.length} bytes. */
export const BASELINE =
  "${Buffer.from(baseline).toString("base64")}";

/** Compiled with relaxed SIMD, which has a fused multiply-add: ${relaxed.length} bytes. */
export const RELAXED =
  "${Buffer.from(relaxed).toString("base64")}";
`;
  const functions = WebAssembly.Module.exports(await WebAssembly.compile(baseline))
    .filter(({ kind }) => kind === "function").map(({ name }) => name).sort();
  if (module.target === "module.ts") {
    files["kernel_name.ts"] = `${HEADER}
/** The functions of the module with all kernels. */
export type KernelName =
${functions.map((name) => `  | "${name}"`).join("\n")};
`;
  }
  console.log(
    `${module.target}: ${functions.length} kernels, ${baseline.length} + ${relaxed.length} bytes`,
  );
}

let stale = false;
for (const [name, source] of Object.entries(files)) {
  const target = new URL(`backends/wasm/${name}`, tensor);
  if (!Deno.args.includes("--check")) Deno.writeTextFileSync(target, source);
  else if (Deno.readTextFileSync(target) !== source) {
    console.error(`packages/tensor/backends/wasm/${name} is stale: run \`deno task kernels\``);
    stale = true;
  }
}
if (stale) Deno.exit(1);
