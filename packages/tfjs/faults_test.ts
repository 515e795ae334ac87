/** What is wrong with a runtime, and what cannot be done on one, is said with what to do. */
import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { add, BackendError, currentBackend, sgdUpdate, tensor, useBackend } from "@neurite/tensor";
import { ReferenceBackend } from "@neurite/tensor/contract";
import { TfjsBackend } from "./backend.ts";
import "./mod.ts";
import { startRuntime } from "./runtime.ts";

const { default: module } = await import("npm:@tensorflow/tfjs@4.22.0");

/** A tensor on TensorFlow.js, and one on another backend. */
async function onTwo() {
  const info = await useBackend("tfjs", { runtime: module }), here = tensor([1, 2]);
  assertEquals([info.name, info.runtime], ["tfjs", "@tensorflow/tfjs 4.22.0"]);
  await useBackend("wasm", { threads: 1 });
  return { here, there: tensor([3, 4]) };
}

Deno.test("tensors of two backends are not mixed; moved they are", async () => {
  const { here, there } = await onTwo();
  const text =
    'as all inputs must be on one backend: current "tfjs" and "wasm". Move one with await ' +
    "x.to(backend)";
  assertThrows(() => add(here, there), BackendError, text);
  assertThrows(() => sgdUpdate(there, here, { rate: 1 }), BackendError, "must be on one backend");
  const moved = await here.to(there.backend), back = await there.to(here.backend);
  assertEquals(add(moved, there).array(), [4, 6]);
  assertEquals([...await add(here, back).data()], [4, 6]);
  const reference = await here.to(new ReferenceBackend());
  assertEquals(reference.array(), [1, 2]);
});

Deno.test("a device that has to be awaited is not read at once", async () => {
  const runtime = await startRuntime(module);
  const backend = new TfjsBackend({
    ...runtime,
    synchronous: false,
    hostMemory: false,
    device: { adapter: "webgl", vendor: "TensorFlow.js", limits: {} },
  });
  const { here } = await onTwo(), x = await here.to(backend);
  for (const read of [() => x.dataSync(), () => x.array(), () => add(x, 1).toNdarray()]) {
    assertThrows(read, BackendError, "as webgl has to be awaited: current");
    assertThrows(read, BackendError, "Use await x.data()");
  }
  assertEquals([...await add(x, 1).data()], [2, 3]);
  // The guard of an update decides on the device.
  for (const [value, right] of [[0, [0.5, 1.5]], [1, [1, 2]]] as const) {
    const w = await here.to(backend), g = await tensor([0.5, 0.5]).to(backend);
    sgdUpdate(w, g, { rate: 1, guard: await tensor([value], { dtype: "float32" }).to(backend) });
    assertEquals([...await w.data()], [...right]);
  }
});

Deno.test("runtimes that are none, or of another version, are refused", async () => {
  for (const runtime of [{}, null, 3, "tfjs", { default: {} }]) {
    await assertRejects(
      () => useBackend("tfjs", { runtime }),
      BackendError,
      "as the runtime must be a module of TensorFlow.js: current",
    );
  }
  const old = { ...module, version: { "tfjs-core": "3.21.0" } };
  const error = await assertRejects(() => useBackend("tfjs", { runtime: old }), BackendError);
  assertMatch(
    error.message,
    /must be of version 4: current 3\.21\.0\. Install @tensorflow\/tfjs@4/,
  );
  await assertRejects(
    () => useBackend("tfjs", { runtme: module }),
    TypeError,
    'Did you mean "runtime"?',
  );
  assertEquals(currentBackend().name, "wasm");
});

Deno.test("what TensorFlow.js refuses is told with the operation", async () => {
  const runtime = await startRuntime(module), fault = new Error("Kernel 'Add' not registered");
  const broken = {
    ...module,
    engine: () => ({
      ...engine,
      runKernel: () => {
        throw fault;
      },
    }),
  };
  const engine = { startScope() {}, endScope() {} };
  const backend = new TfjsBackend({ ...runtime, module: broken as never });
  const { here } = await onTwo(), x = await here.to(backend);
  const error = assertThrows(
    () => add(x, x),
    BackendError,
    "Cannot run add as TensorFlow.js failed on cpu",
  );
  assertMatch(error.message, /current "Kernel 'Add' not registered"/);
  assertEquals(error.cause, fault);
});

/** Runs a program with a package of TensorFlow.js for Node that is made of `source`, or without one. */
async function withPackage(
  source: string | undefined,
  flags = ["--allow-read"],
): Promise<string> {
  const dir = await Deno.makeTempDir();
  const at = (path: string) => new URL(path, import.meta.url).href;
  const imports = {
    "@neurite/tensor": at("../tensor/mod.ts"),
    "@neurite/tensor/contract": at("../tensor/contract/mod.ts"),
    "@neurite/tensor/internal": at("../tensor/internal.ts"),
    "@neurite/tfjs": at("mod.ts"),
    ...source === undefined ? {} : { "@tensorflow/tfjs-node": "./node.js" },
  };
  try {
    await Deno.writeTextFile(`${dir}/node.js`, source ?? "");
    await Deno.writeTextFile(`${dir}/map.json`, JSON.stringify({ imports }));
    await Deno.writeTextFile(
      `${dir}/program.ts`,
      'import "@neurite/tfjs"; import { useBackend } from "@neurite/tensor";' +
        'console.log(await useBackend("tfjs").then((info) => info.runtime, (e) => `${e.name}: ${e.message}`));',
    );
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        ...flags,
        "--no-check",
        "--no-config",
        "--no-lock",
        `--import-map=${dir}/map.json`,
        `${dir}/program.ts`,
      ],
      env: { NO_COLOR: "1" },
    }).output();
    return new TextDecoder().decode(stdout).trim();
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a native part that does not load is an error, not something slower", async () => {
  const found = await withPackage(
    'throw new Error("libtensorflow.so.2: cannot open shared object file");',
  );
  assertMatch(
    found,
    /^BackendError: Cannot use backend "tfjs" as the native part of @tensorflow\/tfjs-node must load: current "libtensorflow\.so\.2: cannot open shared object file"\. Let its install script run/,
  );
});

Deno.test("without any runtime it says which ones there are", async () => {
  const found = await withPackage(undefined, ["--no-npm"]);
  assertMatch(
    found,
    /^BackendError: Cannot use backend "tfjs" as a runtime of TensorFlow\.js must be /,
  );
  assertMatch(found, /Install @tensorflow\/tfjs-node-gpu \(CUDA\), @tensorflow\/tfjs-node or/);
});

Deno.test("a native part that may not be loaded asks for what it needs", async () => {
  const found = await withPackage("", []);
  assertMatch(
    found,
    /current "Requires read access.*Grant --allow-read --allow-env --allow-sys --allow-ffi/,
  );
});

Deno.test("what is installed is taken, and its version looked at", async () => {
  const found = await withPackage(`
    const f = () => {};
    export const version = { "tfjs-core": "1.7.4" }, engine = f, tensor = f, ready = f, getBackend = f, backend = f;`);
  assertMatch(found, /@tensorflow\/tfjs-node must be of version 4: current 1\.7\.4/);
});
