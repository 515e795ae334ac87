/**
 * Builds the native part of `@tensorflow/tfjs-node` against a TensorFlow library that is there, such as
 * that of the wheels `tensorflow` and `tensorflow-cpu`, in `out/tfjs-node`: the tests of `@neurite/tfjs`
 * and the benches find it there. The library is looked for with `NEURITE_TENSORFLOW`, the folder of the
 * Python package, else with the Python that `NEURITE_PYTHON` names, else with `python3`.
 *
 * `deno run --allow-read --allow-write=out --allow-env --allow-run tools/build_tfjs_node.ts`
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runDeno } from "./workspace.ts";

/** Where it is built. */
const DIR = join(ROOT, "out/tfjs-node");
const PACKAGE = join(DIR, "node_modules/@tensorflow/tfjs-node");
const BINDING = join(PACKAGE, "lib/napi-v8/tfjs_binding.node");

/** What is installed: the sources of the native part, and the headers of Node's interface. */
const IMPORTS = {
  "@tensorflow/tfjs-node": "npm:@tensorflow/tfjs-node@4.22.0",
  "node-api-headers": "npm:node-api-headers@1.9.0",
};

/** The libraries of the wheels, by the names that a linker takes. */
const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** Runs a program; its output, or why there is none. */
async function outputOf(
  program: string,
  args: string[],
  cwd?: string,
): Promise<{ ok: boolean; text: string }> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { ok: success, text: decode(success ? stdout : stderr) };
  } catch (error) {
    return { ok: false, text: (error as Error).message };
  }
}

/** The folder of the Python package `tensorflow`; throws where there is none. */
async function findTensorFlow(): Promise<string> {
  const given = Deno.env.get("NEURITE_TENSORFLOW");
  const python = Deno.env.get("NEURITE_PYTHON") || "python3";
  const code =
    "import importlib.util as u; print(u.find_spec('tensorflow').submodule_search_locations[0])";
  const dir = given || (await outputOf(python, ["-c", code])).text.split("\n").at(-1)!;
  const missing = LIBRARIES.find((name) => !existsSync(join(dir, name)));
  if (missing === undefined) return dir;
  throw new Error(
    `Cannot build the native part as TensorFlow's library must be there: current no ${missing} ` +
      `${
        given ? `in ${given}` : `with ${python}`
      }. Run ${python} -m pip install tensorflow-cpu, or set ` +
      "NEURITE_TENSORFLOW",
  );
}

/** Installs the sources of the native part. */
async function install(): Promise<void> {
  await Deno.mkdir(DIR, { recursive: true });
  const config = { imports: IMPORTS, nodeModulesDir: "auto", workspace: [] };
  await Deno.writeTextFile(join(DIR, "deno.json"), JSON.stringify(config));
  const { ok, stderr } = await runDeno(["install", "--quiet"], { cwd: DIR });
  if (!ok) throw new Error(`Cannot build the native part as its sources cannot be had:\n${stderr}`);
}

/** Compiles and links; throws with the compiler's words. */
async function compile(tensorflow: string): Promise<void> {
  await Deno.mkdir(join(PACKAGE, "lib/napi-v8"), { recursive: true });
  const headers = [join(tensorflow, "include"), join(DIR, "node_modules/node-api-headers/include")];
  const args = [
    ...["-O2", "-shared", "-fPIC", "-std=c++17", "-DNAPI_VERSION=8"],
    ...headers.map((dir) => `-I${dir}`),
    ...["binding/tfjs_backend.cc", "binding/tfjs_binding.cc", "-o", BINDING],
    ...[`-L${tensorflow}`, ...LIBRARIES.map((name) => `-l:${name}`), `-Wl,-rpath,${tensorflow}`],
  ];
  const { ok, text } = await outputOf(Deno.env.get("CXX") || "g++", args, PACKAGE);
  if (!ok) throw new Error(`Cannot build the native part as the compiler fails: ${text}`);
}

if (import.meta.main) {
  try {
    const tensorflow = await findTensorFlow(), stamp = join(DIR, "built_against");
    const built = existsSync(BINDING) && existsSync(stamp) &&
      await Deno.readTextFile(stamp) === tensorflow;
    if (!built) {
      await install();
      await compile(tensorflow);
      await Deno.writeTextFile(stamp, tensorflow);
    }
    console.log(`${built ? "already built" : "built"} ${BINDING}`);
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(1);
  }
}
