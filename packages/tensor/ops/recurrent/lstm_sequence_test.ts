/** Sequences of recurrent layers held to PyTorch and Keras, and what is special about them. */
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  add,
  backendInfo,
  DTypeError,
  grad,
  gruSequence,
  lstmSequence,
  mul,
  oneHot,
  Rng,
  ShapeError,
  simpleRnnSequence,
  sum,
  type Tensor,
  tensor,
  tidy,
  uniform,
  useBackend,
  valueAndGrad,
  zeros,
} from "../../mod.ts";
import fixture from "../fixtures/recurrent.json" with { type: "json" };

/** An array as the fixture holds it. */
interface Stored {
  shape: number[];
  values: number[];
}

/** A case of the fixture. */
interface Case {
  source: string;
  cell: string;
  mask: number[][] | null;
  inputs: Record<string, Stored>;
  results: Record<string, Stored>;
  weights: Record<string, Stored>;
  gradients: Record<string, Stored>;
}

const CASES = fixture.cases as unknown as Case[];
const load = ({ shape, values }: Stored): Tensor => tensor(values, { shape });

/** Runs the layer of a case. */
function run(cell: string, x: Tensor, kernel: Tensor, options: Record<string, unknown>) {
  const all = { ...options, returnSequences: true };
  if (cell === "lstm") return lstmSequence(x, kernel, all);
  if (cell === "tanh" || cell === "relu") {
    return simpleRnnSequence(x, kernel, { ...all, activation: cell });
  }
  return gruSequence(x, kernel, { ...all, resetAfter: cell === "gruResetAfter" });
}

function assertClose(actual: Tensor, { shape, values }: Stored, what: string): void {
  assertEquals(actual.shape, shape, what);
  actual.dataSync().forEach((v, i) =>
    assertAlmostEquals(v, values[i], 2e-6 * (1 + Math.abs(values[i])), `${what}, number ${i}`)
  );
}

for (const c of CASES) {
  const name = `${c.cell}${c.mask ? " with a mask" : ""} as ${c.source} has it, with all gradients`;
  Deno.test(name, () =>
    tidy(() => {
      const names = Object.keys(c.inputs), inputs = names.map((name) => load(c.inputs[name]));
      const mask = c.mask === null ? undefined : tensor(c.mask);
      const layer = (...xs: Tensor[]) => {
        const { x, kernel, ...options } = Object.fromEntries(names.map((n, i) => [n, xs[i]]));
        return run(c.cell, x, kernel, { ...options, mask }) as unknown as Record<string, Tensor>;
      };
      const results = layer(...inputs);
      for (const [what, right] of Object.entries(c.results)) {
        assertClose(results[what], right, what);
      }
      const { gradients } = valueAndGrad((...xs) => {
        const found = layer(...xs);
        return Object.entries(c.weights)
          .map(([what, w]) => sum(mul(found[what], load(w))))
          .reduce((a, b) => add(a, b));
      })(...inputs);
      names.forEach((what, i) => assertClose(gradients[i], c.gradients[what], `d${what}`));
    }));
}

Deno.test("a whole sequence is its parts one after the other", () =>
  tidy(() => {
    const rng = new Rng(1), x = uniform([2, 5, 12], -1, 1, { rng });
    const u = uniform([3, 12], -1, 1, { rng });
    const whole = lstmSequence(x, u, { returnSequences: true });
    const rows = (from: number, to: number) =>
      tensor((x.array() as number[][][]).map((steps) => steps.slice(from, to)));
    const first = lstmSequence(rows(0, 2), u);
    const second = lstmSequence(rows(2, 5), u, { h0: first.h, c0: first.c });
    assertEquals(second.h.array(), whole.h.array());
    assertEquals(second.c.array(), whole.c.array());
  }));

Deno.test("backwards is forwards of the steps turned round", () =>
  tidy(() => {
    const rng = new Rng(2), x = uniform([2, 4, 9], -1, 1, { rng });
    const u = uniform([3, 9], -1, 1, { rng });
    const turned = tensor((x.array() as number[][][]).map((steps) => [...steps].reverse()));
    const { output } = gruSequence(x, u, { reverse: true, returnSequences: true });
    const right = gruSequence(turned, u, { returnSequences: true }).output;
    assertEquals(
      (output.array() as number[][][]).map((steps) => [...steps].reverse()),
      right.array() as number[][][],
    );
  }));

Deno.test("a recurrent mask of ones changes nothing, and of zeros cuts the recurrence", () =>
  tidy(() => {
    const rng = new Rng(3), x = uniform([2, 3, 4], -1, 1, { rng });
    const u = uniform([4, 4], -1, 1, { rng }), none = zeros([4, 4]);
    const masked = (value: number) =>
      simpleRnnSequence(x, u, { recurrentMask: [0, 1].map(() => [value, value, value, value]) });
    const close = (a: Tensor, b: Tensor) => {
      const right = b.dataSync();
      a.dataSync().forEach((v, i) => assertAlmostEquals(v, right[i], 1e-6));
    };
    close(masked(1).h, simpleRnnSequence(x, u).h);
    close(masked(0).h, simpleRnnSequence(x, none).h);
  }));

Deno.test("without steps the states stay, and their gradient is 1", () =>
  tidy(() => {
    const h0 = tensor([[0.5, -1]]), u = zeros([2, 2]);
    const { output, h } = simpleRnnSequence(zeros([1, 0, 2]), u, { h0, returnSequences: true });
    assertEquals(output.shape, [1, 0, 2]);
    assertEquals(h.array(), [[0.5, -1]]);
    const f = grad((h0) => sum(simpleRnnSequence(zeros([1, 0, 2]), u, { h0 }).h));
    assertEquals(f(h0).array(), [[1, 1]]);
  }));

Deno.test("shapes that do not fit are refused", () => {
  const x = zeros([2, 3, 8]), u = zeros([2, 8]);
  for (
    const wrong of [
      () => lstmSequence(zeros([3, 8]), u),
      () => lstmSequence(x, zeros([2, 6])),
      () => lstmSequence(zeros([2, 3, 7]), u),
      () => lstmSequence(x, u, { h0: zeros([2, 3]) }),
      () => lstmSequence(x, u, { c0: zeros([1, 2]) }),
      () => lstmSequence(x, u, { mask: zeros([3, 2]) }),
      () => lstmSequence(x, u, { bias: zeros([2]) }),
      () => lstmSequence(x, u, { inputKernel: zeros([7, 8]) }),
      () => lstmSequence(x, u, { recurrentMask: zeros([3, 2]) }),
      () => gruSequence(zeros([2, 3, 6]), zeros([2, 6]), { recurrentBias: zeros([2]) }),
    ]
  ) assertThrows(wrong, ShapeError);
  assertThrows(
    () =>
      gruSequence(zeros([2, 3, 6]), zeros([2, 6]), {
        recurrentBias: zeros([6]),
        resetAfter: false,
      }),
    RangeError,
  );
  assertThrows(
    () => simpleRnnSequence(zeros([2, 3, 2]), zeros([2, 2]), { activation: "selu" as "relu" }),
    RangeError,
  );
});

Deno.test("large sequences: as the reference, to the bit on any threads, no leaks", async () => {
  const runs = (): number[][] =>
    tidy(() => {
      const rng = new Rng(5), of = (...shape: number[]) => uniform(shape, -0.3, 0.3, { rng });
      const mask = [...Array(70)].map((_, i) => [1, 1, i % 3, 1, i % 2, 1]);
      return [4, 3, 2, 1].flatMap((kind) => {
        const gates = kind === 2 ? 3 : kind;
        const x = of(70, 6, 19), w = of(19, gates * 21), u = of(21, gates * 21);
        const layer = (x: Tensor, w: Tensor, u: Tensor): Tensor => {
          const options = { inputKernel: w, mask, returnSequences: true };
          if (gates === 4) return lstmSequence(x, u, options).output;
          return gates === 3
            ? gruSequence(x, u, { ...options, resetAfter: kind === 3 }).output
            : simpleRnnSequence(x, u, options).output;
        };
        const { value, gradients } = valueAndGrad((x, w, u) => sum(layer(x, w, u)))(x, w, u);
        return [value, ...gradients].map((t) => [...t.dataSync()]);
      });
    });
  await useBackend("wasm", { threads: 1 });
  const one = runs();
  await useBackend("reference");
  runs().forEach((right, k) => {
    const size = Math.max(...right.map(Math.abs));
    right.forEach((v, i) => assertAlmostEquals(one[k][i], v, 3e-6 * size, `${k}, number ${i}`));
  });
  for (const threads of [2, 3]) {
    await useBackend("wasm", { threads });
    const before = backendInfo();
    assertEquals(runs(), one);
    const after = backendInfo();
    assertEquals(after.memoryInUse, before.memoryInUse);
    assertEquals(after.liveTensors, before.liveTensors);
  }
  await useBackend("wasm", { threads: 1 });
});

Deno.test("symbols are one-hot vectors, to the gradient", () =>
  tidy(() => {
    const rng = new Rng(8), symbols = tensor(Int32Array.of(2, 0, 1, 1, 2, 2), { shape: [2, 3] });
    const w = uniform([3, 8], -1, 1, { rng }), u = uniform([2, 8], -1, 1, { rng });
    const b = uniform([8], -1, 1, { rng }), vectors = oneHot(symbols, 3);
    const [ofSymbols, ofVectors] = [symbols, vectors].map((x) =>
      valueAndGrad((inputKernel: Tensor, kernel: Tensor, bias: Tensor) =>
        sum(lstmSequence(x, kernel, { inputKernel, bias }).h)
      )(w, u, b)
    );
    assertAlmostEquals(ofSymbols.value.item(), ofVectors.value.item(), 1e-6);
    ofSymbols.gradients.forEach((gradient, i) => {
      const right = ofVectors.gradients[i].dataSync();
      gradient.dataSync().forEach((v, k) => assertAlmostEquals(v, right[k], 1e-6));
    });
    // Host numbers, too.
    const { h } = lstmSequence([[2, 0, 1], [1, 2, 2]], u, { inputKernel: w, bias: b });
    assertEquals(h.array(), lstmSequence(symbols, u, { inputKernel: w, bias: b }).h.array());
  }));

Deno.test("a symbol that the input kernel has no row for is refused, whatever the backend", () => {
  const options = { inputKernel: [[1, 2, 3, 4], [5, 6, 7, 8]] }, kernel = [[1, 1, 1, 1]];
  for (const symbols of [[[0, 2]], [[-1, 0]], [[0, 0.5]], [[0, NaN]]]) {
    assertThrows(() => lstmSequence(symbols, kernel, options), RangeError, "below 2: current");
  }
  using floats = tensor([[0, 1]]);
  assertThrows(() => lstmSequence(floats, kernel, options), DTypeError, "int32");
});
