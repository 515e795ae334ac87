/** Arrays that are more than a kernel can be bound to: in parts, or refused with the numbers. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  add,
  BackendError,
  broadcastTo,
  currentBackend,
  dropout,
  mul,
  relu,
  reshape,
  Rng,
  sgdUpdate,
  softmax,
  sub,
  sum,
  Tensor,
  uniform,
  useBackend,
} from "@neurite/tensor";
import { infinityNorm } from "@neurite/tensor/internal";
import { WebGPUBackend } from "./backend.ts";
import { Device } from "./device/device.ts";
import { adapterTest } from "../../testing/webgpu_adapter.ts";

/** The most bytes that are bound at once. */
const MOST = 4096;

/** A backend whose kernels are bound to little. */
async function small(): Promise<WebGPUBackend> {
  const device = await (await navigator.gpu.requestAdapter())!.requestDevice();
  return new WebGPUBackend(new Device(device, MOST), { adapter: "", vendor: "", limits: {} });
}

/** The same numbers on another backend. */
async function on(backend: WebGPUBackend, x: Tensor): Promise<Tensor> {
  return new Tensor(backend, backend.write(await x.data(), x.dtype), x.shape, x.dtype);
}

adapterTest("arrays beyond a binding are gone through in parts", async (t) => {
  const backend = await small(), n = 5003;
  await useBackend("wasm", { threads: 1 });
  const wasm = currentBackend(), rng = new Rng(1);
  const a = uniform([n], -1, 1, { rng }), b = uniform([n], -1, 1, { rng });
  const wide = uniform([70, 96], -1, 1, { rng }), row = uniform([96], -1, 1, { rng });
  const cases: Record<string, (a: Tensor, b: Tensor, wide: Tensor, row: Tensor) => Tensor> = {
    "one operand": (a) => relu(a),
    "two operands": (a, b) => sub(a, b),
    "a number": (a) => mul(a, 2),
    "rows and a row": (_a, _b, wide, row) => add(wide, row),
    "a row for all": (_a, _b, _wide, row) => broadcastTo(row, [70, 96]),
    "a copy": (a) => add(reshape(a, [n, 1]), 0),
    "a sum": (a) => sum(a),
    "a norm": (a, b) => infinityNorm([a, b]),
    "dropped": (a) => dropout(a, 0.3, { rng: new Rng(5) }),
    "an update": (a, b) => {
      const w = mul(a, 1);
      sgdUpdate(w, b, { rate: 0.5 });
      return w;
    },
  };
  for (const [name, f] of Object.entries(cases)) {
    await t.step(name, async () => {
      const given = await Promise.all([a, b, wide, row].map((x) => on(backend, x)));
      const found = await f(...given as [Tensor, Tensor, Tensor, Tensor]).data();
      const right = await f(a, b, wide, row).data();
      assertEquals(found.length, right.length);
      right.forEach((v, i) => assert(Math.abs(found[i] - v) <= 2e-6 * (1 + Math.abs(v)), `${i}`));
    });
  }
  await t.step("random numbers", async () => {
    const draw = { distribution: "normal", a: 0, b: 1, key: [1, 2], position: 3 } as const;
    assertEquals(
      await backend.read(backend.random(draw, n), "float32", n),
      await wasm.read(wasm.random(draw, n), "float32", n),
    );
  });
  await t.step("what cannot be taken in parts is refused", async () => {
    const x = await on(backend, wide);
    const error = assertThrows(() => softmax(x), BackendError);
    assertEquals(
      error.message.includes("takes 4096 bytes of a tensor at a time: current 26880"),
      true,
    );
  });
});
