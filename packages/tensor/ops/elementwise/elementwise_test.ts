/** Functions of one and two numbers: what they have in common, and PyTorch's values. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Engine } from "../../backends/wasm/engine.ts";
import * as tensors from "../../mod.ts";
import {
  abs,
  add,
  backendInfo,
  clip,
  div,
  exp,
  gelu,
  less,
  mul,
  neg,
  Rng,
  ShapeError,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  uniform,
  useBackend,
  valueAndGrad,
} from "../../mod.ts";
import fixture from "../fixtures/elementwise.json" with { type: "json" };

interface Case {
  name: string;
  inputs: number[][];
  y: number[];
  gradients: number[][];
}

const functions: Record<string, (...inputs: Tensor[]) => Tensor> = {
  ...tensors as unknown as Record<string, (...inputs: Tensor[]) => Tensor>,
  geluApproximate: (x) => gelu(x, { approximate: true }),
  clip: (x) => clip(x, -0.75, 2.5),
};

/** Asserts that numbers agree to a relative error, or to that of 1 where `absolute` is set. */
function assertClose(
  actual: ArrayLike<number>,
  expected: readonly number[],
  tolerance: number,
  absolute: boolean,
  what: string,
): void {
  assertEquals(actual.length, expected.length);
  expected.forEach((right, i) => {
    const scale = Math.max(Math.abs(right), absolute ? 1 : Number.MIN_VALUE);
    const close = Math.abs(actual[i] - right) <= tolerance * scale;
    assert(close, `${what} ${i}: ${actual[i]} instead of ${right}`);
  });
}

for (const [name, tolerance] of [["reference", 1e-11], ["wasm", 7e-7]] as const) {
  Deno.test(`${name}: values and gradients of PyTorch ${fixture.versions.torch}`, async () => {
    await useBackend(name, { threads: 1 });
    for (const { name, inputs, y, gradients } of fixture.cases as Case[]) {
      const f = functions[name], xs = inputs.map((values) => tensor(values));
      // PyTorch, too, loses the digits of the approximation's far end.
      assertClose(f(...xs).toNdarray().data, y, tolerance, name === "geluApproximate", name);
      const found = valueAndGrad((...xs) => sum(f(...xs)))(...xs).gradients;
      found.forEach((dx, i) =>
        assertClose(dx.toNdarray().data, gradients[i], 2 * tolerance, true, `gradient of ${name}`)
      );
    }
    await useBackend("wasm", { threads: 1 });
  });
}

Deno.test("scalars, nested arrays, typed arrays, integers and tensors", () => {
  assertEquals(square(3).array(), 9);
  assertEquals(square([[1], [2]]).array(), [[1], [4]]);
  assertEquals(square(new Float64Array([0.5, 4])).array(), [0.25, 16]);
  assertEquals(sqrt(new Int32Array([4, 9])).array(), [2, 3]);
  assertEquals(sqrt(new Int32Array([4, 9])).dtype, "float32");
  assertEquals(square(tensor([])).shape, [0]);
  assertEquals(sub(5, [1, 2]).array(), [4, 3]);
});

Deno.test("int32 stays int32 where integers stay whole", () => {
  const a = tensor(new Int32Array([-3, 0, 7])), b = tensor(new Int32Array([2, 2, 2]));
  for (const f of [add, sub, mul, tensors.maximum, tensors.minimum]) {
    assertEquals(f(a, b).dtype, "int32", f.op.name);
    assertEquals(f(a, 2).array(), f(a, b).array(), f.op.name);
    assertEquals(f(a, 2).dtype, "int32", f.op.name);
    assertEquals(f(a, 0.5).dtype, "float32", f.op.name);
    assertEquals(f(a, 2 ** 31).dtype, "float32", f.op.name);
    assertEquals(f(a, [2, 2, 2]).dtype, "float32", f.op.name);
  }
  for (const f of [neg, abs, square, tensors.sign]) assertEquals(f(a).dtype, "int32", f.op.name);
  for (const f of [div, tensors.pow, less]) assertEquals(f(a, b).dtype, "float32", f.op.name);
  for (const f of [exp, tensors.relu, tensors.step]) assertEquals(f(a).dtype, "float32");
  assertEquals(add(a, b).array(), [-1, 2, 9]);
  assertEquals(div(a, b).array(), [-1.5, 0, 3.5]);
  // A number that float32 does not have.
  assertEquals(sub(16777217, tensor(new Int32Array([1, 2]))).array(), [16777216, 16777215]);
});

Deno.test("shapes that do not broadcast are refused", () => {
  assertThrows(() => add([1, 2], [1, 2, 3]), ShapeError, "[2] and [3]");
});

/** Pairs of shapes that take every way through the loops: rows shorter and longer than vectors. */
function* pairs(): Generator<[number[], number[]]> {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33]) {
    yield [[n], [n]];
    yield [[n], []];
    yield [[], [n]];
    yield [[6, n], [n]];
    yield [[n], [6, n]];
    yield [[6, n], [6, 1]];
    yield [[6, 1], [6, n]];
    yield [[6, 1], [n]];
    yield [[2, 3, n], [2, 1, n]];
    yield [[2, 1, n], [3, 1]];
    yield [[2, 3, 1, n], [3, 4, 1]];
    yield [[5, 1, 3, 1], [4, 1, n]];
  }
}

Deno.test("every way through the loops, on one thread and on three, as on the reference", async () => {
  // Lets threads share what would otherwise be too little for them.
  const { launch } = Engine.prototype;
  Engine.prototype.launch = function (name, total, _grain, ...args) {
    launch.call(this, name, total, 4, ...args);
  };
  const rng = new Rng(5);
  const cases = [...pairs()].map(([p, q]) => {
    const values = [p, q].map((shape) => uniform(shape, -2, 2, { rng }).dataSync());
    return { p, q, a: values[0], b: values[1] };
  });
  const run = () =>
    cases.map(({ p, q, a, b }) =>
      tidy(() => sub(tensor(a, { shape: p }), tensor(b, { shape: q })).dataSync())
    );
  try {
    await useBackend("reference");
    const expected = run();
    for (const threads of [1, 3]) {
      await useBackend("wasm", { threads });
      run().forEach((y, i) => assertEquals(y, expected[i], `[${cases[i].p}] and [${cases[i].q}]`));
    }
  } finally {
    Engine.prototype.launch = launch;
    await useBackend("wasm", { threads: 1 });
  }
});

Deno.test("what is made of the callers' values is freed at once", () => {
  using x = tensor([1, 2, 3]), n = tensor(new Int32Array([1, 2, 3]));
  const before = backendInfo().liveTensors;
  for (const make of [() => add(x, 1), () => mul([1, 2, 3], n), () => exp(n), () => sqrt([1, 2])]) {
    make().dispose();
    assertEquals(backendInfo().liveTensors, before);
  }
  for (const make of [() => clip(n, 0.5, 2), () => tensors.where([1, 0, 1], x, 2)]) {
    make().dispose();
    assertEquals(backendInfo().liveTensors, before);
  }
});

Deno.test("a gradient runs through whole-number and host operands to the tensors only", () => {
  const f = valueAndGrad((x) => sum(mul(add(x, new Int32Array([1, 2])), [3, 4])));
  assertEquals(f(tensor([5, 6])).gradients[0].array(), [3, 4]);
});
