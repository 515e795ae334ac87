/** Recurrent layers on the shapes of the book's networks, on the backend of `NEURITE_BACKEND`. */
import { assert } from "@std/assert";
import {
  gruSequence,
  lstmSequence,
  Rng,
  simpleRnnSequence,
  sum,
  type Tensor,
  tidy,
  uniform,
  useBackend,
  valueAndGrad,
} from "../../mod.ts";

const { name, threads } = await useBackend();

/** A layer by its input, its kernels and its bias. */
type Layer = (x: Tensor, w: Tensor, u: Tensor, bias: Tensor) => Tensor;

const lstm: Layer = (x, w, u, bias) => lstmSequence(x, u, { inputKernel: w, bias }).output;
const gru = (resetAfter: boolean): Layer => (x, w, u, bias) =>
  gruSequence(x, u, { inputKernel: w, bias, resetAfter }).output;
const rnn: Layer = (x, w, u, bias) =>
  simpleRnnSequence(x, u, { inputKernel: w, bias, returnSequences: true }).output;

const JOBS: readonly [label: string, layer: Layer, gates: number, sizes: readonly number[]][] = [
  ["lstm seq40 b256, 38 to 128", lstm, 4, [256, 40, 38, 128]],
  ["gru seq40 b256, 38 to 128", gru(true), 3, [256, 40, 38, 128]],
  ["gru, reset before, seq40 b256", gru(false), 3, [256, 40, 38, 128]],
  ["char-rnn seq25 b1, 65 to 128", rnn, 1, [1, 25, 65, 128]],
  ["lstm one step b1, 65 to 128", lstm, 4, [1, 1, 65, 128]],
  ["lstm awkward, 13 steps b31, 17 to 33", lstm, 4, [31, 13, 17, 33]],
];

for (const [label, layer, gates, [batch, time, features, units]] of JOBS) {
  const rng = new Rng(1), of = (...shape: number[]) => uniform(shape, -0.1, 0.1, { rng });
  const x = of(batch, time, features), w = of(features, gates * units);
  const u = of(units, gates * units), bias = of(gates * units);
  const total = valueAndGrad((w, u, bias) => sum(layer(x, w, u, bias)));
  const forth = tidy(() => sum(layer(x, w, u, bias)).item());
  const back = tidy(() => total(w, u, bias).value.item());
  assert(Number.isFinite(forth) && Math.abs(forth - back) <= 1e-4 * Math.abs(forth));
  // Few times, and more where half a second is long enough for it.
  const options = { group: `${label}, ${name} ${threads}`, warmup: 3, n: 3 };
  Deno.bench(`${label}: forward`, options, () => tidy(() => void layer(x, w, u, bias)));
  Deno.bench(`${label}: forward and backward`, options, () => tidy(() => void total(w, u, bias)));
}
