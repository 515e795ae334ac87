import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  add,
  BackendError,
  backendInfo,
  currentBackend,
  matmul,
  registerBackend,
  tensor,
  useBackend,
} from "../mod.ts";
import { hostBackend } from "./mod.ts";
import { ReferenceBackend } from "./reference.ts";

/** Runs a program that imports the package, with the given permissions and nothing else. */
async function run(
  code: string,
  permissions: string[] = [],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const module = JSON.stringify(new URL("../mod.ts", import.meta.url).href);
    await Deno.writeTextFile(file, `import * as nt from ${module};\n${code}`);
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    const { code: status, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--no-check",
        "--config",
        config,
        ...permissions,
        file,
      ],
      env: { ...env, NO_COLOR: "1" },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { code: status, out: text(stdout), err: text(stderr) };
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("useBackend refuses an unknown name and lists what there is", async () => {
  const error = await assertRejects(() => useBackend("cuda"), BackendError);
  assertStringIncludes(
    error.message,
    'as its name must be one of auto, wasm, blas, reference: current "cuda". Available here: ',
  );
  assertEquals(error.available.includes("wasm"), true);
});

Deno.test("a backend of another package is used by its name, once it is imported", async () => {
  for (const [name, specifier] of [["webgpu", "@neurite/webgpu"], ["tfjs", "@neurite/tfjs"]]) {
    const error = await assertRejects(() => useBackend(name), BackendError);
    assertStringIncludes(
      error.message,
      `Cannot use backend "${name}" as its package must be imported before: current not imported. ` +
        `Add import "${specifier}". Available here: `,
    );
  }
  const given: unknown[] = [], backend = new ReferenceBackend();
  registerBackend("test-device", async (options) => {
    await Promise.resolve();
    given.push(options);
    return backend;
  });
  await useBackend("test-device", { power: "high" });
  assertEquals([given, add(1, 2).backend === backend], [[{ power: "high" }], true]);
  await useBackend("wasm", { threads: 1 });
  const unknown = await assertRejects(() => useBackend("nothing"), BackendError);
  assertStringIncludes(unknown.message, "auto, wasm, blas, reference, test-device: current");
  assertEquals(unknown.available.includes("test-device"), true);
  for (const name of ["", "auto"]) {
    assertThrows(() => registerBackend(name, () => backend), RangeError, "must be its own");
  }
});

Deno.test("what is synchronous by nature computes where the host can read", async () => {
  const device = new ReferenceBackend();
  registerBackend("test-device", () => Object.assign(device, { synchronous: false }));
  await useBackend("test-device");
  assertEquals(hostBackend().name, "wasm");
  await useBackend("reference");
  assertEquals(hostBackend().name, "reference");
  await useBackend("wasm", { threads: 1 });
  assertEquals(hostBackend() === currentBackend(), true);
});

Deno.test("a device that NEURITE_BACKEND names must be started before it is used", async () => {
  const code = `nt.registerBackend("device", () => Promise.resolve({}));
    try { nt.add(1, 2) } catch (error) { console.log(error.message) }`;
  const env = { NEURITE_BACKEND: "device" };
  const { out } = await run(code, ["--allow-env=NEURITE_BACKEND"], env);
  assertStringIncludes(out, "Call await useBackend() first");
});

Deno.test("useBackend refuses impossible numbers of threads and stays usable", async () => {
  for (const threads of [0, -1, 1.5, 1000, NaN]) {
    await assertRejects(() => useBackend("wasm", { threads }), BackendError, "from 1 to 63");
  }
  assertEquals(add(1, 2).item(), 3);
});

Deno.test("backendInfo tells name, vector instructions, threads and memory", async () => {
  const info = await useBackend("wasm", { threads: 2 });
  assertEquals([info.name, info.threads, info.blas], ["wasm", 2, "none"]);
  assertMatch(info.simd, /^(simd128|relaxed)$/);
  const before = backendInfo();
  const x = tensor(new Float32Array(1 << 16));
  const after = backendInfo();
  assertEquals(after.liveTensors - before.liveTensors, 1);
  assertEquals(after.memoryInUse - before.memoryInUse, 1 << 18);
  x.dispose();
  assertEquals(backendInfo().memoryInUse, before.memoryInUse);
  await useBackend("wasm", { threads: 1 });
});

Deno.test("tensors of wasm can be used on blas and back; those of reference cannot", async () => {
  await useBackend("reference");
  const r = tensor([[1, 2], [3, 4]]);
  await useBackend("wasm", { threads: 1 });
  const w = tensor([[1, 2], [3, 4]]);
  try {
    const { blas } = await useBackend("blas", { threads: 1 });
    assertMatch(blas, /openblas|blis|mkl|Accelerate/i);
    assertEquals(matmul(w, w).array(), [[7, 10], [15, 22]]);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    console.warn(`NOT TESTED: blas. ${error.message}`);
  }
  await useBackend("wasm", { threads: 1 });
  assertEquals(matmul(w, w).array(), [[7, 10], [15, 22]]);
  await assertRejects(
    () => Promise.resolve().then(() => add(r, w)),
    BackendError,
    'current "reference" and "wasm"',
  );
  const moved = await r.to(w.backend);
  assertEquals(add(moved, w).array(), [[2, 4], [6, 8]]);
});

Deno.test("wasm on one thread needs no call and no permission", async () => {
  const { code, out, err } = await run(
    `console.log(nt.matmul([[1, 2]], [[3], [4]]).item(), nt.backendInfo().name, nt.backendInfo().threads)`,
  );
  assertEquals({ code, out, err }, { code: 0, out: "11 wasm 1", err: "" });
});

Deno.test("threads need no permission and let the process end", async () => {
  const { code, out, err } = await run(
    `await nt.useBackend("wasm", { threads: 2 });
     console.log(nt.sum(nt.ones([300, 1000])).item(), nt.backendInfo().threads)`,
  );
  assertEquals({ code, out, err }, { code: 0, out: "300000 2", err: "" });
});

Deno.test("threads ask for nothing, not even for the environment that Node's workers copy", async () => {
  const audit = await Deno.makeTempFile();
  try {
    const { code, out } = await run(
      `console.log((await nt.useBackend("wasm", { threads: 2 })).threads)`,
      [],
      { DENO_AUDIT_PERMISSIONS: audit },
    );
    const asked = (await Deno.readTextFile(audit)).split("\n").filter((line) => line !== "")
      .map((line): string => JSON.parse(line).permission);
    assertEquals({ code, out }, { code: 0, out: "2" });
    assertEquals(asked.filter((permission) => permission === "env"), []);
  } finally {
    await Deno.remove(audit);
  }
});

Deno.test("a page that is not isolated computes on one thread, and is told why", async () => {
  const { code, out, err } = await run(
    `globalThis.crossOriginIsolated = false;
     const { name, threads, singleThread } = await nt.useBackend();
     console.log(name, threads, singleThread);
     const refused = await nt.useBackend("wasm", { threads: 2 }).catch((error) => error.message);
     console.log(nt.sum(nt.ones([300, 1000])).item(), refused === singleThread);
     console.log(nt.backendInfo().threads, (await nt.useBackend("wasm", { threads: 1 })).singleThread)`,
  );
  assertEquals({ code, err }, { code: 0, err: "" });
  assertMatch(
    out,
    /^wasm 1 Cannot use threads as .* cross-origin isolation\)\n300000 true\n1 undefined$/,
  );
});

Deno.test("NEURITE_BACKEND decides where it may be read", async () => {
  const code = `console.log(nt.add(1, 2).backend.name)`;
  const env = { NEURITE_BACKEND: "reference" };
  assertEquals((await run(code, ["--allow-env=NEURITE_BACKEND"], env)).out, "reference");
  assertEquals((await run(code, [], env)).out, "wasm");
  const wrong = await run(code, ["--allow-env"], { NEURITE_BACKEND: "abacus" });
  assertEquals(wrong.code, 1);
  assertStringIncludes(wrong.err, 'current "abacus" in NEURITE_BACKEND');
});

Deno.test("blas without its permission is refused with the flag to give", async () => {
  const { code, err } = await run(`await nt.useBackend("blas")`);
  assertEquals(code, 1);
  assertStringIncludes(err, "--allow-ffi");
  const auto = await run(`console.log((await nt.useBackend("auto")).name)`);
  assertEquals(auto.out, "wasm");
});

Deno.test("calls of useBackend that are not awaited take effect one after the other", async () => {
  const infos = await Promise.all([1, 3, 2].map((threads) => useBackend("wasm", { threads })));
  assertEquals(infos.map(({ threads }) => threads), [1, 3, 2]);
  assertEquals(backendInfo().threads, 2);
  await useBackend("wasm", { threads: 1 });
});

Deno.test("auto takes no device that another package has registered, however fast it is", async () => {
  const print = `let asked = 0;
    for (const name of ["webgpu", "tfjs", "cuda"]) {
      nt.registerBackend(name, () => { asked++; return nt.currentBackend(); });
    }
    console.log((await nt.useBackend("auto")).name, asked);`;
  assertEquals((await run(print)).out, "wasm 0");
});

Deno.test("auto leaves out an OpenBLAS that does not know the processor", async () => {
  const print = `console.log((await nt.useBackend("auto", { threads: 1 })).name,
    (await nt.useBackend("blas", { threads: 1 }).catch(() => ({ blas: "none" }))).blas)`;
  const found = await run(print, ["--allow-ffi"], { OPENBLAS_CORETYPE: "Prescott" });
  const [name, ...library] = found.out.trim().split(" ");
  const slow = library.includes("Prescott"), none = library.join() === "none";
  assertEquals(name, slow || none ? "wasm" : "blas");
  if (!slow) {
    console.warn("NOT TESTED: an OpenBLAS with kernels for old processors, as there is none");
  }
});
