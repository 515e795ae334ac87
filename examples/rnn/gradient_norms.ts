/**
 * Vanishing and exploding gradients made visible: how much the end of a sequence learns about its beginning.
 *
 * The loss looks at the last state only; drawn is the norm of its gradient with respect to the
 * input of each of 60 steps, on a logarithmic axis. Recurrent weights are initially orthogonal, times a
 * factor. With tanh it
 * vanishes. With relu it holds, or explodes, as the factor has it. An LSTM that has learnt nothing yet
 * loses it, too; with its forget gate open it holds it, and adds to it along the way. What clipping does
 * about it is shown by `rnn/gradient_clipping`. A second.
 *
 * `deno task example rnn/gradient_norms [--check] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write
 */
import { LSTM } from "@neurite/lstm-gru";
import { lineChart } from "@neurite/plot";
import { type RecurrentLayer, SimpleRNN } from "@neurite/rnn";
import {
  concat,
  full,
  mul,
  norm,
  Rng,
  sum,
  type Tensor,
  tidy,
  uniform,
  valueAndGrad,
  zeros,
} from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";
import { numbersOf } from "../common/read.ts";

const program = commandLine({
  name: "deno task example rnn/gradient_norms",
  description: "Plots the norm of the gradient against the time step for tanh, relu and LSTM.",
  check: "fail unless gradients vanish and explode where they should",
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);
const { out, seed } = options, STEPS = 60;
await Deno.mkdir(out, { recursive: true });

/** Makes the weights of a layer for one input, the recurrent ones times `gain`. */
function built(layer: RecurrentLayer, gain = 1): RecurrentLayer {
  layer.ensureBuilt([[STEPS, 1]], new Rng(seed));
  const { value } = layer.weights[1];
  tidy(() => value.assign(mul(value, gain)));
  return layer;
}

/** The norm of the gradient of the last states' sum by the inputs of each step. */
function norms(layer: RecurrentLayer): Promise<number[]> {
  return numbersOf(tidy(() => {
    const x = uniform([16, STEPS, 1], -1, 1, { rng: new Rng(seed) });
    const run = (x: Tensor) => layer.call([x], { training: true, rng: new Rng(seed) }) as Tensor;
    const { gradients: [dx] } = valueAndGrad((x) => sum(run(x)))(x);
    return norm(dx, { axis: [0, 2] });
  }));
}

/** An LSTM whose forget gate is open: its bias is 5, so that 99 % of the cell state stays. */
function remembering(): RecurrentLayer {
  const layer = built(new LSTM(32)), { value: bias } = layer.weights[2];
  tidy(() => bias.assign(concat([zeros([32]), full([32], 5), zeros([64])])));
  return layer;
}

const rnn = (activation: "tanh" | "relu") => new SimpleRNN(32, { activation });
const layers: [name: string, layer: RecurrentLayer][] = [
  ["tanh, U × 0.9", built(rnn("tanh"), 0.9)],
  ["relu, U × 1.4", built(rnn("relu"), 1.4)],
  ["relu, U × 1.9", built(rnn("relu"), 1.9)],
  ["LSTM, as it starts", built(new LSTM(32))],
  ["LSTM, forget gate open", remembering()],
];
const series = await Promise.all(
  layers.map(async ([name, layer]) => ({ name, y: await norms(layer) })),
);
console.log(`gradient by the input${"last step".padStart(13)}${"first step".padStart(13)}`);
for (const { name, y } of series) {
  const [first, last] = [y[0], y[STEPS - 1]].map((v) => v.toExponential(1));
  console.log(`${name.padEnd(24)}${last.padStart(10)}${first.padStart(13)}`);
}

await lineChart({
  title: "How much the end of a sequence learns about each step",
  x: { label: "time step" },
  y: { label: "norm of the gradient by the input", scale: "log", min: 1e-6 },
  series: series.map(({ name, y }) => ({ name, y: y.map((v) => Math.max(v, 1e-6)) })),
}).save(`${out}/gradient_norms.svg`);
console.log(`Picture in ${out}/: gradient_norms.svg`);

const ratio = Object.fromEntries(series.map(({ name, y }) => [name, y[0] / y[STEPS - 1]]));
const keeps = (ratio: number) => ratio > 0.01 && ratio < 100;
finish(options, [
  ["the gradient to vanish with tanh", ratio["tanh, U × 0.9"] < 0.01],
  ["the gradient to explode with large weights", ratio["relu, U × 1.9"] > 100],
  ["an open LSTM to keep it, within a factor of 100", keeps(ratio["LSTM, forget gate open"])],
]);
