import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { GRU, GRUCell, LSTM, LSTMCell, type LstmState } from "@neurite/lstm-gru";
import { Sequential } from "@neurite/nn";
import type { RecurrentLayer } from "@neurite/rnn";
import {
  add,
  backendInfo,
  mul,
  reshape,
  Rng,
  ShapeError,
  slice,
  stack,
  sum,
  type Tensor,
  tensor,
  tidy,
  uniform,
  valueAndGrad,
} from "@neurite/tensor";
import fc from "npm:fast-check@4.10.2";
import { assertClose } from "../../testing/close.ts";

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

Deno.test("the six equations of an LSTM, by hand", () => {
  const [f, i, C, o] = [[0.5, -1], [0.25, 2], [-0.5, 1], [1, -0.25]]; // weights of h, of x
  const column = ([h, x]: number[]) => tensor([[h], [x]]);
  const cell = new LSTMCell({
    ...{ Wf: column(f), Wi: column(i), WC: column(C), Wo: column(o) },
    ...{ bf: tensor([0.1]), bi: tensor([0.2]), bC: tensor([0.3]), bo: tensor([0.4]) },
  });
  const [h, c, x] = [0.3, -0.7, 0.6], at = ([u, v]: number[], b: number) => u * h + v * x + b;
  const after = sigmoid(at(f, 0.1)) * c + sigmoid(at(i, 0.2)) * Math.tanh(at(C, 0.3));
  const state = cell.step([[x]], { h: tensor([[h]]), c: tensor([[c]]) });
  assertAlmostEquals(state.c.item(), after, 1e-6);
  assertAlmostEquals(state.h.item(), sigmoid(at(o, 0.4)) * Math.tanh(after), 1e-6);
});

Deno.test("the four equations of a GRU, by hand, and with the reset after the product", () => {
  const [z, r, k] = [[0.5, -1], [0.25, 2], [-0.5, 1]],
    column = ([h, x]: number[]) => tensor([[h], [x]]);
  const weights = {
    ...{ Wz: column(z), Wr: column(r), Wh: column(k) },
    ...{ bz: tensor([0.1]), br: tensor([0.2]), bh: tensor([0.3]) },
  };
  const [h, x] = [0.3, 0.6], at = ([u, v]: number[], b: number, h1 = h) => u * h1 + v * x + b;
  const update = sigmoid(at(z, 0.1)), reset = sigmoid(at(r, 0.2));
  const between = (candidate: number) => (1 - update) * h + update * candidate;
  const before = new GRUCell(weights).step([[x]], tensor([[h]]));
  assertAlmostEquals(before.item(), between(Math.tanh(at(k, 0.3, reset * h))), 1e-6);
  const after = new GRUCell({ ...weights, bu: tensor([0.4]) }).step([[x]], tensor([[h]]));
  const candidate = Math.tanh(k[1] * x + 0.3 + reset * (k[0] * h + 0.4));
  assertAlmostEquals(after.item(), between(candidate), 1e-6);
});

/** Step `t` of sequences. */
const step = (x: Tensor, t: number) => {
  const [batch, , features] = x.shape;
  return reshape(slice(x, [0, t], [batch, 1]), [batch, features]);
};

/** All states that a layer's cell goes through, `[batch, time, units]`. */
function byCell(layer: RecurrentLayer, x: Tensor): Tensor {
  const weights = layer.weights.map(({ value }) => value), [batch, time] = x.shape;
  const all: Tensor[] = [];
  if (layer instanceof GRU) {
    const cell = GRUCell.fromKeras(weights, layer.resetAfter);
    for (let t = 0, h = cell.initialState(batch); t < time; t++) {
      all.push(h = cell.step(step(x, t), h));
    }
  } else {
    const cell = LSTMCell.fromKeras(weights);
    let state: LstmState = cell.initialState(batch);
    for (let t = 0; t < time; t++) all.push((state = cell.step(step(x, t), state)).h);
  }
  return stack(all, 1);
}

const KINDS: Record<string, (units: number, useBias: boolean) => RecurrentLayer> = {
  LSTM: (units, useBias) => new LSTM(units, { useBias, returnSequences: true }),
  "GRU, reset after": (units, useBias) => new GRU(units, { useBias, returnSequences: true }),
  "GRU, reset before": (units, useBias) =>
    new GRU(units, { useBias, returnSequences: true, resetAfter: false }),
};

for (const [name, make] of Object.entries(KINDS)) {
  Deno.test(`${name}: layer and cell agree, forth and back, for all sizes`, () => {
    const size = fc.integer({ min: 1, max: 9 });
    const sizes = fc.tuple(size, size, size, size, fc.boolean(), fc.nat(999));
    fc.assert(
      fc.property(sizes, ([batch, time, features, units, useBias, seed]) =>
        tidy(() => {
          const rng = new Rng(seed), layer = make(units, useBias), model = new Sequential([layer]);
          model.buildFor([[time, features]]);
          for (const { value } of layer.weights) {
            value.assign(uniform(value.shape, -1, 1, { rng }));
          }
          const x = uniform([batch, time, features], -1, 1, { rng });
          const weights = layer.weights.map(({ value }) => value);
          const along = uniform([batch, time, units], -1, 1, { rng });
          const context = { training: false, rng };
          const fused = valueAndGrad(() => sum(mul(layer.call([x], context) as Tensor, along)));
          const plain = valueAndGrad(() => sum(mul(byCell(layer, x), along)));
          assertClose(layer.call([x], context) as Tensor, byCell(layer, x), 1e-5, "states");
          const wanted = plain(x, ...weights).gradients;
          fused(x, ...weights).gradients.forEach((g, i) => {
            assertClose(g, wanted[i], 2e-5, `gradient ${i}`);
          });
        })),
      { numRuns: 25, seed: 1 },
    );
  });
}

Deno.test("the weights of cells are those of the layers, there and back", () => {
  const layers = [new LSTM(3), new GRU(3), new GRU(3, { resetAfter: false })];
  for (const [i, layer] of layers.entries()) {
    const model = new Sequential([layer], { seed: 1 });
    model.buildFor([[4, 2]]);
    for (const { value } of layer.weights) value.assign(add(value, 0.125));
    const cell = i === 0
      ? LSTMCell.fromKeras(model.getWeights())
      : GRUCell.fromKeras(model.getWeights());
    const x = uniform([2, 4, 2], -1, 1, { rng: new Rng(i) }), before = model.predict(x).array();
    for (const { value } of layer.weights) value.assign(mul(value, 0));
    model.setWeights(cell.toKeras());
    assertClose(model.predict(x), before as number[][], 1e-6, layer.className);
  }
});

Deno.test("cells refuse the weights of other layers, and leave nothing else behind", () => {
  const weightsOf = (layer: RecurrentLayer) => {
    const model = new Sequential([layer], { seed: 1 });
    model.buildFor([[2, 3]]);
    return model.getWeights();
  };
  const gru = weightsOf(new GRU(4, { resetAfter: false })), lstm = weightsOf(new LSTM(4));
  assertThrows(() => LSTMCell.fromKeras(gru), ShapeError, "[units, 4 * units]");
  assertThrows(() => GRUCell.fromKeras(lstm), ShapeError, "[units, 3 * units]");
  const bare = weightsOf(new GRU(4, { useBias: false }));
  assertThrows(() => GRUCell.fromKeras(bare), RangeError, "resetAfter must be told");
  const before = backendInfo().liveTensors;
  const one = LSTMCell.fromKeras(lstm), two = GRUCell.fromKeras(gru);
  const made = [one, two].flatMap(({ weights }) => Object.values(weights).filter((w) => w));
  made.push(...one.toKeras(), ...two.toKeras());
  assertEquals(backendInfo().liveTensors, before + made.length);
  for (const tensor of made) tensor.dispose();
});

Deno.test("the chapter's GRU has no biases: without them, the cell's are zeros", () => {
  const cell = new GRUCell({
    Wz: tensor([[0], [1]]),
    Wr: tensor([[0], [0]]),
    Wh: tensor([[0], [1]]),
  });
  const h = cell.step([[0.5]], cell.initialState(1)); // z tanh(x), for z = σ(x)
  assertAlmostEquals(h.item(), sigmoid(0.5) * Math.tanh(0.5), 1e-6);
});
