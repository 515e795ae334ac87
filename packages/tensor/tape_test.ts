import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import "./backends/wasm/table.ts";
import fc from "npm:fast-check@4.10.2";
import { useBackend } from "./backends/mod.ts";
import { tensor } from "./create.ts";
import { DTypeError, ShapeError } from "./errors.ts";
import { apply, type OpDefinition } from "./op.ts";
import {
  add,
  broadcastTo,
  cast,
  mul,
  neg,
  reshape,
  sin,
  square,
  sub,
  sum,
  tanh,
} from "./ops/mod.ts";
import { tidy } from "./scope.ts";
import { grad, valueAndGrad } from "./gradient.ts";
import { customGrad, type CustomValue, isRecording, stopGradient } from "./tape.ts";
import type { Tensor } from "./tensor.ts";
import { liveTensors } from "./handle.ts";

// In f64, so that derivatives of any order can be compared with the exact ones.
await useBackend("reference");

/** A test that leaves no tensor behind. */
function test(name: string, body: () => void): void {
  Deno.test(name, () => {
    const before = liveTensors();
    tidy(() => {
      body();
    });
    assertEquals(liveTensors(), before);
    assert(!isRecording());
  });
}

/** The function of a number and its n-th derivative at x, both by the tape. */
function derivative(f: (x: Tensor) => Tensor, order: number): (x: number) => number {
  let df: (...xs: Tensor[]) => Tensor = (x) => f(x);
  for (let i = 0; i < order; i++) df = grad(df);
  return (x) => tidy(() => df(tensor(x)).item());
}

test("the chain rule through a composition", () => {
  // f(a, b) = sum tanh(a b)^2,  df/da = 2 tanh(ab) (1 - tanh(ab)^2) b
  const f = valueAndGrad((a, b) => sum(square(tanh(mul(a, b)))));
  const { value, gradients: [da, db] } = f(tensor([0.5, -1]), tensor([2, 0.25]));
  const [t, u] = [Math.tanh(1), Math.tanh(-0.25)];
  assertAlmostEquals(value.item(), t * t + u * u, 1e-14);
  const slope = [2 * t * (1 - t * t), 2 * u * (1 - u * u)];
  (da.array() as number[]).forEach((v, i) => assertAlmostEquals(v, slope[i] * [2, 0.25][i], 1e-14));
  (db.array() as number[]).forEach((v, i) => assertAlmostEquals(v, slope[i] * [0.5, -1][i], 1e-14));
});

test("a tensor that is used several times gathers its gradients", () => {
  // f(x) = x x + 3 x + x,  df/dx = 2 x + 4
  const f = grad((x) => sum(add(add(mul(x, x), mul(x, 3)), x)));
  assertEquals(f(tensor([1, -2, 5])).array(), [6, 0, 14]);
  const doubling = grad((x) => {
    let y = x;
    for (let i = 0; i < 10; i++) y = add(y, y);
    return sum(y);
  });
  assertEquals(doubling(tensor([1])).array(), [1024]);
});

test("what was broadcast is summed in the backward pass", () => {
  const f = valueAndGrad((a, b, c) => sum(mul(add(a, b), c)));
  const { gradients } = f(
    tensor([[1, 2, 3], [4, 5, 6]]),
    tensor([10, 20, 30]),
    tensor([[2], [3]]),
  );
  assertEquals(gradients[0].array(), [[2, 2, 2], [3, 3, 3]]);
  assertEquals(gradients[1].array(), [5, 5, 5]);
  assertEquals(gradients[2].array(), [[66], [75]]);
  const g = grad((x) => sum(square(broadcastTo(x, [4, 3]))));
  assertEquals(g(tensor([1, 2, 3])).array(), [8, 16, 24]);
  assertEquals(grad((x, y) => sum(mul(x, y)))(tensor(2), tensor([1, 2, 3])).array(), 6);
});

test("derivatives up to the fourth order of x^4", () => {
  const f = (x: Tensor) => square(square(x));
  const exact = [16, 32, 48, 48, 24];
  exact.forEach((value, order) => assertAlmostEquals(derivative(f, order)(2), value, 1e-12));
});

test("derivatives up to the third order of sin and tanh", () => {
  const x = 0.7, t = Math.tanh(x), s = 1 - t * t;
  const sines = [Math.sin(x), Math.cos(x), -Math.sin(x), -Math.cos(x)];
  sines.forEach((value, order) => assertAlmostEquals(derivative(sin, order)(x), value, 1e-13));
  const tanhs = [t, s, -2 * t * s, (4 * t * t - 2 * s) * s];
  tanhs.forEach((value, order) => assertAlmostEquals(derivative(tanh, order)(x), value, 1e-13));
});

test("the gradient of the norm of a gradient", () => {
  // f = sum w x^2, |df/dx|^2 = sum (2 w x)^2, its gradient by x is 8 w^2 x
  const penalty = grad((x, w) => sum(square(grad((z) => sum(mul(w, square(z))))(x))));
  assertEquals(penalty(tensor([1, -2]), tensor([3, 0.5])).array(), [72, -4]);
});

test("a mixed second derivative", () => {
  // f = x^2 w^3: d2f / dx dw = 6 x w^2
  const cube = (w: Tensor) => mul(square(w), w);
  const mixed = grad((x, w) => grad((z) => mul(square(z), cube(w)))(x), 1);
  assertEquals(mixed(tensor(2), tensor(3)).item(), 108);
});

test("no gradient flows through stopGradient", () => {
  const f = valueAndGrad((x) => sum(mul(square(x), stopGradient(x))));
  const { value, gradients: [dx] } = f(tensor([1, 3]));
  assertEquals(value.item(), 28);
  assertEquals(dx.array(), [2, 18]);
  assertEquals(grad((x) => sum(stopGradient(mul(x, 2))))(tensor([1, 2])).array(), [0, 0]);
});

test("customGrad: the rule in place of the operations", () => {
  const wrong = customGrad((x) => ({ value: square(x), gradient: (dy) => [mul(dy, 100)] }));
  const f = valueAndGrad((x) => sum(mul(wrong(mul(x, 2)), tensor([1, 10]))));
  const { value, gradients: [dx] } = f(tensor([1, 2]));
  assertEquals(value.item(), 4 + 160);
  assertEquals(dx.array(), [200, 2000]);
});

test("customGrad: several arguments, each with its own gradient", () => {
  let calls = 0;
  const f = customGrad((a, b, c): CustomValue => ({
    value: add(mul(a, b), c),
    gradient: (dy) => {
      calls++;
      return [mul(dy, 2), mul(dy, 3), mul(dy, 5)];
    },
  }));
  const { gradients } = valueAndGrad((...xs) => sum(f(...xs)))(
    tensor([1, 1]),
    tensor([2, 2]),
    tensor([3, 3]),
  );
  assertEquals(gradients.map((g) => g.array()), [[2, 2], [3, 3], [5, 5]]);
  assertEquals(calls, 1);
});

test("customGrad: within another, the outer rule counts", () => {
  const inner = customGrad((x) => ({ value: square(x), gradient: (dy) => [mul(dy, 7)] }));
  const outer = customGrad((x) => ({ value: neg(inner(x)), gradient: (dy) => [mul(dy, 11)] }));
  assertEquals(grad((x) => sum(inner(x)))(tensor([3])).array(), [7]);
  const { value, gradients } = valueAndGrad((x) => sum(outer(x)))(tensor([3]));
  assertEquals([value.item(), gradients[0].array()], [-9, [11]]);
});

test("customGrad: an argument returned as it is has the gradient of the rule", () => {
  const reversed = customGrad((x) => ({ value: x, gradient: (dy) => [neg(dy)] }));
  const f = grad((x) => sum(add(mul(x, 5), reversed(x))));
  assertEquals(f(tensor([1, 2])).array(), [4, 4]);
});

test("customGrad: its gradient may use what was computed on the way", () => {
  // As tanh, whose derivatives are known; the rule uses the value, so it depends on x too.
  const f = customGrad((x) => {
    const y = tanh(x);
    return { value: y, gradient: (dy) => [mul(dy, sub(1, square(y)))] };
  });
  for (const order of [0, 1, 2, 3]) {
    assertAlmostEquals(derivative(f, order)(0.7), derivative(tanh, order)(0.7), 1e-13);
  }
});

test("customGrad: a rule that gives a wrong shape is refused", () => {
  const f = customGrad((x) => ({ value: x, gradient: (dy) => [sum(dy)] }));
  const error = assertThrows(() => grad((x) => sum(f(x)))(tensor([1, 2])), ShapeError);
  assertEquals(
    error.message,
    "Cannot read the tape back as a gradient has the shape of its input: current [] and [2]",
  );
});

test("tidy inside of a function that is differentiated", () => {
  const f = (x: Tensor): Tensor =>
    tidy(() => {
      const y = tidy(() => mul(tanh(x), 3));
      return sum(square(y));
    });
  const t = Math.tanh(0.5);
  assertAlmostEquals(derivative(f, 1)(0.5), 18 * t * (1 - t * t), 1e-14);
  assertAlmostEquals(derivative(f, 2)(0.5), 18 * (1 - t * t) * (1 - 3 * t * t), 1e-14);
});

test("a tape inside of tidy inside of a tape", () => {
  // f(x) = x * d(x^3)/dx = 3 x^3
  const f = grad((x) => mul(x, tidy(() => grad((z) => mul(square(z), z))(x))));
  assertEquals(f(tensor(2)).item(), 36);
});

test("only what is returned outlives the call", () => {
  const x = tensor([1, 2]), before = liveTensors();
  const { value, gradients } = valueAndGrad((x) => sum(square(tanh(mul(x, 2)))))(x);
  assertEquals(liveTensors(), before + 2);
  value.dispose();
  gradients[0].dispose();
  assertEquals(x.disposed, false);
  assertEquals(liveTensors(), before);
});

test("an exception in the function leaves no tape and no tensor", () => {
  const x = tensor([1, 2]), before = liveTensors();
  const f = grad((x) => {
    sum(square(x));
    throw new RangeError("on purpose");
  });
  assertThrows(() => f(x), RangeError, "on purpose");
  assertEquals(liveTensors(), before);
  assert(!isRecording());
  const nested = grad((x) => sum(mul(x, f(x))));
  assertThrows(() => nested(x), RangeError, "on purpose");
  assertEquals(liveTensors(), before);
  assert(!isRecording());
  assertEquals(grad((x) => sum(square(x)))(x).array(), [2, 4]);
});

test("a function that catches what is thrown in it is differentiated all the same", () => {
  const f = grad((x) => {
    try {
      tidy(() => {
        square(x);
        throw new RangeError("on purpose");
      });
    } catch {
      // As someone would who tries one way and then another.
    }
    return sum(mul(x, 3));
  });
  assertEquals(f(tensor([1, 2])).array(), [3, 3]);
});

test("an exception in the backward pass leaves no tape and no tensor", () => {
  const f = customGrad((x) => ({
    value: square(x),
    gradient: () => {
      throw new RangeError("on purpose");
    },
  }));
  const x = tensor([1, 2]), before = liveTensors();
  assertThrows(() => grad((x) => sum(f(x)))(x), RangeError, "on purpose");
  assertEquals(liveTensors(), before);
  assert(!isRecording());
});

test("the value must be a single float32 number", () => {
  const x = tensor([1, 2]), before = liveTensors();
  const message = "Cannot differentiate as the function must give a single number, such as a sum " +
    "or a mean: current ";
  const error = assertThrows(() => grad((x) => square(x))(x), ShapeError);
  assertEquals(error.message, `${message}[2]`);
  const nothing = (() => undefined) as unknown as () => Tensor;
  assertEquals(assertThrows(() => grad(nothing)(x), ShapeError).message, `${message}undefined`);
  assertEquals(
    assertThrows(() => grad((x) => sum(cast(x, "int32")))(x), DTypeError).message,
    "Cannot differentiate as the value must be float32: current int32",
  );
  assertEquals(liveTensors(), before);
  assertEquals(grad((x) => sum(x, { keepDims: true }))(x).array(), [1, 1]);
});

test("int32 arguments are refused, and int32 tensors inside are constants", () => {
  const whole = tensor([1, 2], { dtype: "int32" });
  assertEquals(
    assertThrows(() => grad((x) => sum(x))(whole), DTypeError).message,
    "Cannot differentiate as every argument must be float32: current int32",
  );
  assertEquals(grad((x) => sum(mul(x, whole)))(tensor([5, 7])).array(), [1, 2]);
  const f = grad((x) => sum(mul(x, cast(cast(x, "int32"), "float32"))));
  assertEquals(f(tensor([2.5, -1.5])).array(), [2, -1]);
});

test("an argument that does not count has the gradient zero", () => {
  const f = valueAndGrad((a, _b, c) => sum(mul(a, stopGradient(c))));
  const { gradients } = f(tensor([1, 2]), tensor([[3], [4]]), tensor([5, 6]));
  assertEquals(gradients.map((g) => g.array()), [[5, 6], [[0], [0]], [0, 0]]);
  assertEquals(grad(() => tensor(1))(tensor([1, 2])).array(), [0, 0]);
});

test("a function that gives its argument back", () => {
  const x = tensor(3);
  const { value, gradients: [dx] } = valueAndGrad((x) => x)(x);
  assertEquals([value.item(), dx.item()], [3, 1]);
  value.dispose();
  assertEquals(x.item(), 3);
});

test("one tensor at two places has the partial derivative of each place", () => {
  const x = tensor([3, 5]), before = liveTensors();
  const { gradients: [da, db] } = valueAndGrad((a, b) => sum(mul(square(a), b)))(x, x);
  assertEquals(da.array(), [18, 50]);
  assertEquals(db.array(), [9, 25]);
  da.dispose();
  db.dispose();
  // The value and nothing else.
  assertEquals(liveTensors(), before + 1);
  const all = grad((x) => sum(grad((a, b) => sum(mul(square(a), b)))(x, x)));
  assertEquals(all(x).array(), [12, 20]); // d/dx 2 x x
});

test("a tensor from outside counts where it stands among the arguments", () => {
  const x = tensor([3, 5]), y = tensor([2, 2]);
  const { gradients } = valueAndGrad(() => sum(mul(square(x), y)))(x, x);
  assertEquals(gradients.map((g) => g.array()), [[12, 20], [0, 0]]);
});

test("gradients are tensors of their own", () => {
  const w = tensor([1, 1]);
  const f = valueAndGrad((a, b) => sum(add(a, b)));
  const { gradients: [da, db] } = f(tensor([1, 2]), tensor([3, 4]));
  da.dispose();
  assertEquals(db.array(), [1, 1]);
  const constant = customGrad((x) => ({ value: x, gradient: () => [w] }));
  grad((x) => sum(constant(x)))(tensor([1, 2])).dispose();
  assertEquals(w.array(), [1, 1]);
});

test("grad by another argument, and by one that is not there", () => {
  const f = (a: Tensor, b: Tensor) => sum(mul(square(a), b));
  assertEquals(grad(f, 1)(tensor([2]), tensor([3])).array(), [4]);
  assertEquals(
    assertThrows(() => grad(f, 2)(tensor([2]), tensor([3])), RangeError).message,
    "Cannot differentiate by argument 2 as it must be one of those given: current 2 arguments",
  );
});

test("views have gradients: reshape", () => {
  const f = grad((x) => sum(mul(reshape(x, [3, 2]), tensor([[1, 2], [3, 4], [5, 6]]))));
  assertEquals(f(tensor([[0, 0, 0], [0, 0, 0]])).array(), [[1, 2, 3], [4, 5, 6]]);
});

test("a rule is given one context for all inputs, and only for those that are watched", () => {
  const contexts = new Set<unknown>(), asked: number[] = [];
  const product: OpDefinition<undefined> = {
    name: "product",
    shape: ([a]) => a,
    reference: ([a, b, c], _, y) => y.data.set(a.data.map((v, i) => v * b.data[i] * c.data[i])),
    gradient: (context, index) => {
      contexts.add(context);
      asked.push(index);
      const [p, q] = context.inputs.filter((_, i) => i !== index);
      return mul(context.dy, mul(p, q));
    },
  };
  const c = tensor([5, 7]);
  const f = valueAndGrad((a, b) => sum(apply(product, [a, c, b], undefined)));
  const { gradients } = f(tensor([1, 2]), tensor([3, 4]));
  assertEquals(gradients.map((g) => g.array()), [[15, 28], [5, 14]]);
  assertEquals([contexts.size, asked], [1, [0, 2]]);
});

test("the backward pass holds a few gradients at a time", () => {
  const live: number[] = [];
  const watched = customGrad((x) => ({
    value: tanh(x),
    gradient: (dy) => {
      live.push(liveTensors());
      return [add(mul(dy, 2), mul(dy, 3))];
    },
  }));
  const f = grad((x) => {
    let y = x;
    for (let i = 0; i < 100; i++) y = add(watched(y), stopGradient(mul(y, x)));
    return sum(y);
  });
  assertAlmostEquals(f(tensor([0.1])).item(), 5 ** 100, 5 ** 100 * 1e-12);
  assertEquals(live.length, 100);
  assert(Math.max(...live) <= live[0] + 3, `${live[0]} at first, ${Math.max(...live)} later`);
});

/** A number and its derivative, carried forward together: another way to the same gradient. */
type Dual = readonly [value: number, slope: number];

/** The same functions of tensors and of dual numbers. */
const FUNCTIONS: readonly [(a: Tensor, b: Tensor) => Tensor, (a: Dual, b: Dual) => Dual][] = [
  [add, ([a, da], [b, db]) => [a + b, da + db]],
  [sub, ([a, da], [b, db]) => [a - b, da - db]],
  [mul, ([a, da], [b, db]) => [a * b, da * b + a * db]],
  [(a) => neg(a), ([a, da]) => [-a, -da]],
  [(a) => tanh(a), ([a, da]) => [Math.tanh(a), da * (1 - Math.tanh(a) ** 2)]],
  [(a, b) => tidy(() => tanh(mul(a, b))), ([a, da], [b, db]) => {
    const t = Math.tanh(a * b);
    return [t, (da * b + a * db) * (1 - t * t)];
  }],
];

test("any composition: the same gradient as by dual numbers", () => {
  const step = fc.record({
    f: fc.nat(FUNCTIONS.length - 1),
    a: fc.nat(),
    b: fc.nat(),
  });
  const value = fc.double({ min: -1.5, max: 1.5, noNaN: true });
  const program = fc.record({
    inputs: fc.array(value, { minLength: 1, maxLength: 4 }),
    steps: fc.array(step, { minLength: 1, maxLength: 25 }),
  });
  fc.assert(
    fc.property(program, ({ inputs, steps }) => {
      const go = <T>(start: readonly T[], apply: (f: number, a: T, b: T) => T): T => {
        const made = [...start];
        for (const { f, a, b } of steps) {
          made.push(apply(f, made[a % made.length], made[b % made.length]));
        }
        return made.at(-1)!;
      };
      const expected = inputs.map((_, i) =>
        go<Dual>(inputs.map((v, k) => [v, k === i ? 1 : 0]), (f, a, b) => FUNCTIONS[f][1](a, b))
      );
      fc.pre(expected.every(([v, dv]) => Math.abs(v) < 1e6 && Math.abs(dv) < 1e6));
      tidy(() => {
        const f = valueAndGrad((...xs) => go(xs, (f, a, b) => FUNCTIONS[f][0](a, b)));
        const { value, gradients } = f(...inputs.map((v) => tensor(v)));
        assertAlmostEquals(value.item(), expected[0][0], 1e-9 * (1 + Math.abs(expected[0][0])));
        gradients.forEach((dx, i) =>
          assertAlmostEquals(dx.item(), expected[i][1], 1e-8 * (1 + Math.abs(expected[i][1])))
        );
      });
    }),
    { numRuns: 300, seed: 1 },
  );
});
