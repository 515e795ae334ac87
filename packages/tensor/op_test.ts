import { assert, assertEquals, assertThrows } from "@std/assert";
import "./backends/wasm/table.ts";
import { backendInfo, useBackend } from "./backends/mod.ts";
import { tensor } from "./create.ts";
import { DisposedError, ShapeError } from "./errors.ts";
import type { GradientContext } from "./tape.ts";
import { apply, composite, floats, given, integers, type OpDefinition, primitive } from "./op.ts";
import { add, square, sum } from "./ops/mod.ts";
import { Rng } from "./random/rng.ts";
import { tidy } from "./scope.ts";
import { grad, valueAndGrad } from "./gradient.ts";
import type { Tensor } from "./tensor.ts";
import { liveTensors } from "./handle.ts";

Deno.test("sample inputs: of the type and the range that was asked for, always the same", () => {
  const rng = () => new Rng(3);
  const x = floats([2, 500], -3, 5), values = x.values(rng());
  assertEquals([x.shape, x.dtype, values.length], [[2, 500], "float32", 1000]);
  assert(values.every((v) => v >= -3 && v <= 5 && v === Math.fround(v)));
  assert(Math.min(...values) < -2.9 && Math.max(...values) > 4.9);
  assertEquals(x.values(rng()), values);
  const n = integers([300], -2, 4);
  assertEquals([n.shape, n.dtype], [[300], "int32"]);
  assertEquals([...new Set(n.values(rng()))].sort((p, q) => p - q), [-2, -1, 0, 1, 2, 3]);
  assertEquals(given([2], [0.1, 1]).values(rng()), [Math.fround(0.1), 1]);
  assertEquals(given([2], [7, 2 ** 31 - 1], "int32").values(rng()), [7, 2147483647]);
  assertEquals(floats([], 1, 2).values(rng()).length, 1);
  assertEquals(floats([0, 4], 1, 2).values(rng()), []);
});

Deno.test("primitive and composite attach what is known to the function", () => {
  const samples = [{ name: "one", inputs: [floats([1], 0, 1)], call: (x: Tensor) => x }];
  const call = (x: Tensor) => x;
  const made = composite(call, samples);
  assertEquals(made.samples, samples);
  assert(!("samples" in call));
  const op = square.op;
  assertEquals(primitive(op, (x: Tensor) => x, samples).op, op);
  assertEquals(made(tensor([2])).array(), [2]);
});

Deno.test("apply refuses a tensor that was freed, and takes no memory for the result", async () => {
  await useBackend("wasm", { threads: 1 });
  using x = tensor([1, 2]);
  const gone = tensor([1, 2]);
  gone.dispose();
  const before = backendInfo();
  for (let i = 0; i < 10; i++) {
    assertThrows(() => square(gone), DisposedError);
    assertThrows(() => add(x, gone), DisposedError);
    assertThrows(() => add(gone, x), DisposedError);
    assertThrows(() => sum(gone), DisposedError);
  }
  assertEquals(backendInfo(), before);
});

Deno.test("apply refuses shapes that do not fit, and takes no memory for the result", async () => {
  await useBackend("wasm", { threads: 1 });
  using x = tensor([1, 2]), y = tensor([1, 2, 3]);
  const before = backendInfo();
  const error = assertThrows(() => add(x, y), ShapeError);
  assertEquals(
    error.message,
    "Cannot add as sizes, aligned at the end, must be equal or 1 to broadcast: current [2] and [3]",
  );
  assertEquals([error.operation, error.shapes], ["add", [[2], [3]]]);
  assertEquals(backendInfo(), before);
});

Deno.test("an operation that is not differentiable counts as a constant", async () => {
  await useBackend("reference");
  const rounded: OpDefinition<number> = {
    name: "rounded",
    shape: ([x]) => x,
    reference: ([x], step, y) => y.data.set(x.data.map((v) => Math.round(v / step) * step)),
    gradient: { notDifferentiable: "a step function" },
  };
  const before = liveTensors();
  using x = tensor([0.4, 1.6]), y = apply(rounded, [x], 0.5);
  assertEquals(y.array(), [0.5, 1.5]);
  using dx = grad((x) => sum(add(square(x), apply(rounded, [x], 0.5))))(x);
  assertEquals(dx.dataSync(), new Float32Array([0.8, 3.2]));
  assertEquals(liveTensors(), before + 3);
});

Deno.test("a gradient rule is given the inputs, the result and the attributes", async () => {
  await useBackend("reference");
  let seen: GradientContext<{ factor: number }> | undefined;
  const scaled: OpDefinition<{ factor: number }> = {
    name: "scaled",
    shape: ([x]) => x,
    reference: ([x], { factor }, y) => y.data.set(x.data.map((v) => v * factor)),
    gradient: (context) => {
      seen = context;
      return add(context.dy, context.attributes.factor - 1);
    },
  };
  tidy(() => {
    const x = tensor([1, 2]), attributes = { factor: 3 };
    let output!: Tensor;
    const f = valueAndGrad((x) => sum(output = apply(scaled, [x], attributes)));
    const { value, gradients } = f(x);
    assertEquals([value.item(), gradients[0].array()], [9, [3, 3]]);
    assert(seen?.inputs[0] === x && seen.output === output && seen.attributes === attributes);
    assertEquals(seen.dy.shape, [2]);
  });
});
