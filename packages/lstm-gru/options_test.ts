import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  fromTorch,
  GRU,
  type GRUOptions,
  LSTM,
  type LSTMOptions,
  toTorch,
} from "@neurite/lstm-gru";
import { Dense, Input, type Layer, layers, loadModel, Model, Sequential } from "@neurite/nn";
import { Bidirectional, type RecurrentLayer } from "@neurite/rnn";
import {
  flip,
  mul,
  oneHot,
  ones,
  Rng,
  ShapeError,
  slice,
  sum,
  type Tensor,
  tensor,
  uniform,
  valueAndGrad,
} from "@neurite/tensor";
import { assertClose } from "../../testing/close.ts";

const KINDS = {
  LSTM: (units: number, options: LSTMOptions = {}): RecurrentLayer => new LSTM(units, options),
  GRU: (units: number, options: GRUOptions = {}): RecurrentLayer => new GRU(units, options),
};

/** A layer whose weights are made for three features, the same for the same seed. */
function built<L extends Layer>(layer: L, shape: (number | null)[] = [null, 3]): L {
  layer.ensureBuilt([shape], new Rng(7));
  return layer;
}
const run = (layer: RecurrentLayer, x: Tensor, training = false, seed = 1) =>
  layer.call([x], { training, rng: new Rng(seed) }) as Tensor;

for (const [name, make] of Object.entries(KINDS)) {
  const x = uniform([2, 6, 3], -1, 1, { rng: new Rng(3) });

  Deno.test(`${name}: stateful, two halves are the whole, until resetStates`, () => {
    const whole = run(built(make(4)), x), layer = built(make(4, { stateful: true }));
    run(layer, slice(x, [0, 0, 0], [2, 2, 3]));
    assertClose(run(layer, slice(x, [0, 2, 0], [2, 4, 3])), whole, 1e-6, "in two parts");
    assertThrows(() => run(layer, ones([3, 2, 3])), ShapeError, "a batch of 3 after one of 2");
    layer.resetStates();
    assertClose(run(layer, x), whole, 1e-6, "anew");
    assertNotEquals(run(layer, x).array(), whole.array());
  });

  Deno.test(`${name}: goBackwards reads the reversed sequence`, () => {
    const options = { returnSequences: true };
    const there = run(built(make(4, options)), flip(x, 1));
    assertClose(run(built(make(4, { ...options, goBackwards: true })), x), there, 1e-6, "all");
  });

  Deno.test(`${name}: numbers of symbols are one-hot vectors, forth, back and dropped`, () => {
    const symbols = tensor(new Int32Array([0, 2, 1, 2, 2, 0]), { shape: [2, 3] });
    const vectors = oneHot(symbols, 3), along = uniform([2, 4], -1, 1, { rng: new Rng(4) });
    const direct = built(make(4, { oneHot: 3 }), [null]), plain = built(make(4));
    assertClose(run(direct, symbols), run(plain, vectors), 1e-6, "states");
    const gradients = [{ layer: direct, x: symbols }, { layer: plain, x: vectors }].map((
      { layer, x },
    ) =>
      valueAndGrad(() => sum(mul(run(layer, x), along)))(
        ...layer.weights.map(({ value }) => value),
      ).gradients
    );
    gradients[0].forEach((g, i) => assertClose(g, gradients[1][i], 1e-5, `gradient ${i}`));

    // What is dropped, is dropped wherever the symbol stands: its row of the kernel has no gradient.
    const dropping = built(make(4, { oneHot: 3, dropout: 0.5 }), [null]);
    const rows = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const { gradients: [g] } = valueAndGrad(() =>
        sum(mul(run(dropping, symbols, true, seed), along))
      )(dropping.weights[0].value);
      rows.add((g.array() as number[][]).map((row) => row.some((v) => v !== 0) ? 1 : 0).join(""));
    }
    assert(rows.size > 4, [...rows].join());
  });

  Deno.test(`${name}: dropout and recurrent dropout, in training only`, () => {
    const plain = run(built(make(4)), x).array();
    for (const options of [{ dropout: 0.5 }, { recurrentDropout: 0.5 }]) {
      const layer = built(make(4, options));
      assertEquals(run(layer, x).array(), plain);
      assertNotEquals(run(layer, x, true).array(), plain);
      assertEquals(run(layer, x, true, 2).array(), run(layer, x, true, 2).array());
      assertNotEquals(run(layer, x, true, 2).array(), run(layer, x, true, 3).array());
    }
    // The state before the first step is zeros: there, nothing of it can be dropped.
    const first = slice(x, [0, 0, 0], [2, 1, 3]);
    const recurrent = built(make(4, { recurrentDropout: 0.5 }));
    assertClose(run(recurrent, first, true), run(recurrent, first), 1e-6, "one step");
  });

  Deno.test(`${name}: options survive as plain data, and a saved model predicts the same`, async () => {
    const layer = make(4, {
      returnSequences: true,
      goBackwards: true,
      stateful: true,
      useBias: false,
      dropout: 0.25,
      recurrentDropout: 0.125,
      kernelInitializer: "heNormal",
      name: "mine",
    });
    const again = layers.make(JSON.parse(JSON.stringify(layer.toConfig())));
    assertEquals(again.getConfig(), layer.getConfig());

    const model = new Sequential([make(4, { inputShape: [6, 3] }), new Dense(2)], { seed: 1 });
    const path = await Deno.makeTempFile({ suffix: ".safetensors" });
    await model.save(path);
    const loaded = await loadModel(path);
    await Deno.remove(path);
    assertEquals(loaded.predict(x).array(), model.predict(x).array());
  });

  Deno.test(`${name}: bad sizes and shares are refused`, () => {
    for (const units of [0, 1.5, NaN]) assertThrows(() => make(units), RangeError, `${units}`);
    for (const dropout of [1, -0.1, NaN]) {
      assertThrows(() => make(4, { dropout }), RangeError, "dropout must be from 0 to below 1");
    }
    assertThrows(() => new Sequential([make(4, { inputShape: [3] })]).weights, ShapeError);
    assertThrows(() => run(built(make(4)), ones([2, 0, 3])), ShapeError, "at least one step");
  });
}

Deno.test("the bias of the forget gate starts at 1, unless it is not to", () => {
  const bias = (options: LSTMOptions) => built(new LSTM(2, options)).weights[2].value.array();
  assertEquals(bias({}), [0, 0, 1, 1, 0, 0, 0, 0]);
  assertEquals(bias({ unitForgetBias: false }), [0, 0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("both kinds of GRU have their shapes of bias, and differ", () => {
  const before = built(new GRU(2, { resetAfter: false })), after = built(new GRU(2));
  assertEquals([before, after].map((layer) => layer.weights[2].value.shape), [[6], [2, 6]]);
  const x = uniform([1, 4, 3], -1, 1, { rng: new Rng(3) });
  assertNotEquals(run(before, x).array(), run(after, x).array());
});

Deno.test("states go in and come out of a model", () => {
  const x = new Input({ shape: [null, 3] }), h = new Input({ shape: [4] });
  const c = new Input({ shape: [4] });
  const outputs = new LSTM(4, { returnState: true }).applyAll([x, h, c]);
  const model = new Model({ inputs: [x, h, c], outputs, seed: 1 });
  const data = uniform([2, 5, 3], -1, 1, { rng: new Rng(2) }), zero = ones([2, 4]);
  const [y, h2, c2] = model.predictAll([slice(data, [0], [2]), zero, zero]);
  assertEquals(y.array(), h2.array());
  const parts = [slice(data, [0, 0], [2, 2]), slice(data, [0, 2], [2, 3])];
  const [, ha, ca] = model.predictAll([parts[0], zero, zero]);
  const [, hb, cb] = model.predictAll([parts[1], ha, ca]);
  assertClose(hb, h2, 1e-6, "h");
  assertClose(cb, c2, 1e-6, "c");
});

Deno.test("PyTorch's parameters are checked before anything changes", () => {
  const layer = built(new LSTM(2)), before = layer.weights.map(({ value }) => value.array());
  const { bias_hh_l0: _, ...short } = toTorch(layer);
  assertThrows(() => fromTorch(layer, short), RangeError, "takes weight_ih_l0, weight_hh_l0");
  assertThrows(
    () => fromTorch(layer, { ...toTorch(layer), weight_hh_l0: [[1]] }),
    ShapeError,
    "weight_hh_l0 must be of shape [8, 2]",
  );
  assertThrows(() => toTorch(new LSTM(2)), RangeError, "current LSTM, not built");
  assertThrows(() => toTorch(built(new GRU(2, { resetAfter: false }))), RangeError, "resets after");
  assertThrows(
    () => fromTorch(built(new GRU(2, { useBias: false })), toTorch(built(new GRU(2)))),
    RangeError,
    "current weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0",
  );
  const both = new Bidirectional(new LSTM(2)), torch = toTorch(layer);
  built(both);
  const weights = both.weights.map(({ value }) => value.array());
  for (const other of [both, built(new Dense(4))]) {
    assertThrows(() => toTorch(other), RangeError, "take each of its sublayers");
    assertThrows(() => fromTorch(other, torch), RangeError, `current ${other.className}`);
  }
  assertEquals(both.weights.map(({ value }) => value.array()), weights);
  assertEquals(layer.weights.map(({ value }) => value.array()), before);
  assertEquals(Object.keys(toTorch(layer, { suffix: "_l1" }))[0], "weight_ih_l1");
});
