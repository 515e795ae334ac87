/**
 * Compiles the AssemblyScript kernels of `@neurite/tensor` twice, with SIMD and with relaxed SIMD
 * (fused multiply-add), and embeds both as base64. With `--check` nothing is written: it fails if
 * the committed file is not what the sources give.
 */
import asc from "assemblyscript/asc";
import { Buffer } from "node:buffer";

const tensor = new URL("../packages/tensor/", import.meta.url);
const target = new URL("backends/wasm/module.ts", tensor);

/** Compiles the kernels with the given WebAssembly features. */
async function compile(features: string): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main([
    "kernels.as.ts",
    ...["--outFile", "kernels.wasm", "-O3", "--runtime", "stub", "--noAssert"],
    ...["--enable", features, "--importMemory", "--sharedMemory", "--noExportMemory"],
    ...["--initialMemory", "1", "--maximumMemory", "65536", "--memoryBase", "1024"],
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

const baseline = await compile("simd,threads,bulk-memory");
const relaxed = await compile("simd,threads,bulk-memory,relaxed-simd");
const functions = WebAssembly.Module.exports(await WebAssembly.compile(baseline))
  .filter(({ kind }) => kind === "function").map(({ name }) => name).sort();

const source = `// Written by \`deno task kernels\` from kernels/*.as.ts; not to be edited.
// deno-fmt-ignore-file

/** The functions of the compiled modules. */
export type KernelName =
${functions.map((name) => `  | "${name}"`).join("\n")};

/** Compiled with SIMD: ${baseline.length} bytes. */
export const BASELINE =
  "${Buffer.from(baseline).toString("base64")}";

/** Compiled with relaxed SIMD, which has a fused multiply-add: ${relaxed.length} bytes. */
export const RELAXED =
  "${Buffer.from(relaxed).toString("base64")}";
`;

if (Deno.args.includes("--check")) {
  if (Deno.readTextFileSync(target) !== source) {
    console.error("packages/tensor/backends/wasm/module.ts is stale: run `deno task kernels`.");
    Deno.exit(1);
  }
} else {
  Deno.writeTextFileSync(target, source);
}
console.log(`${functions.length} kernels, ${baseline.length} + ${relaxed.length} bytes`);
