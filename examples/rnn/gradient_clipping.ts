/**
 * What clipping does about gradients that explode: relu units that are to remember the first of 20 numbers.
 *
 * Their initial recurrent weights are too large. A few steps destroy everything learnt, and the loss
 * is infinite, unless gradients are clipped to [-5, 5], as the chapter does: then they learn it.
 * Drawn are the loss and the norm of the gradient before it is clipped. Three seconds.
 *
 * `deno task example rnn/gradient_clipping [--check] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write
 */
import { lineChart, panels } from "@neurite/plot";
import { SimpleRNN } from "@neurite/rnn";
import {
  clip,
  matmul,
  mean,
  mul,
  norm,
  Rng,
  sgdUpdate,
  slice,
  square,
  squeeze,
  stack,
  sub,
  type Tensor,
  tidy,
  uniform,
  valueAndGrad,
} from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";
import { numberOf } from "../common/read.ts";

const program = commandLine({
  name: "deno task example rnn/gradient_clipping",
  description: "Trains from weights that are too large, with clipped gradients and without.",
  check: "fail unless it learns with clipping, and only then",
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);
const { out, seed } = options, TIME = 20, UNITS = 32, BATCH = 32;
const STEPS = 1000, RATE = 0.003, GAIN = 2.1, SHOWN = 300;
await Deno.mkdir(out, { recursive: true });

/** The losses and the norms of the gradient, step by step, until one is not finite. */
async function train(bound: number): Promise<{ loss: number[]; norm: number[] }> {
  const layer = new SimpleRNN(UNITS, { activation: "relu" }), rng = new Rng(seed);
  layer.ensureBuilt([[TIME, 1]], rng);
  const { value: U } = layer.weights[1];
  tidy(() => U.assign(mul(U, GAIN)));
  const output = uniform([UNITS, 1], -0.2, 0.2, { rng });
  const parameters = [...layer.weights.map(({ value }) => value), output];
  const course = { loss: [] as number[], norm: [] as number[] };
  for (let step = 0; step < STEPS; step++) {
    const { value, length, gradients } = tidy(() => {
      const x = uniform([BATCH, TIME, 1], 0, 1, { rng });
      const first = squeeze(slice(x, [0, 0], [BATCH, 1]), [2]);
      const { value, gradients } = valueAndGrad(() => {
        const last = layer.call([x], { training: true, rng }) as Tensor;
        return mean(square(sub(matmul(last, output), first)));
      })(...parameters);
      return { value, gradients, length: norm(stack(gradients.map((g) => norm(g)))) };
    });
    const [loss, size] = await Promise.all([value, length].map(numberOf));
    if (!Number.isFinite(loss + size)) break;
    course.loss.push(loss);
    course.norm.push(size);
    tidy(() =>
      gradients.forEach((g, i) => sgdUpdate(parameters[i], clip(g, -bound, bound), { rate: RATE }))
    );
    for (const x of [value, length, ...gradients]) x.dispose();
  }
  return course;
}

const clipped = await train(5), free = await train(Infinity), steps = free.loss.length;
const last = clipped.loss.slice(-50), guessing = 1 / 12;
const after = last.reduce((sum, loss) => sum + loss) / last.length;
console.log(
  `clipped to [-5, 5]: loss ${clipped.loss[0].toFixed(0)} -> ${after.toFixed(3)} ` +
    `(guessing the mean: ${guessing.toFixed(3)})`,
);
const end = steps < STEPS ? `∞ at step ${steps}` : `${free.loss[steps - 1]}`;
console.log(`not clipped: ${end}`);

/** Steps counted from 1, up to those that are shown. */
const course = (y: number[]) => ({
  x: Array.from({ length: Math.min(SHOWN, y.length) }, (_, i) => i + 1),
  y: y.slice(0, SHOWN),
});
const chart = (label: string, part: "loss" | "norm") =>
  lineChart({
    width: 420,
    height: 320,
    // On a log axis, the few steps of what explodes have as much room as the many of what does not.
    x: { label: "training step", scale: "log", max: SHOWN },
    y: { label, scale: "log", max: 1e6 },
    series: [
      { name: "clipped to [−5, 5]", ...course(clipped[part]), dots: false },
      // What is not finite any more goes out at the top.
      { name: `not clipped: ${end}`, ...course([...free[part], 1e30]), dots: true },
    ],
  });
await panels([chart("loss", "loss"), chart("norm of the gradient", "norm")], {
  title: "Relu units with recurrent weights that are too large",
}).save(`${out}/gradient_clipping.svg`);
console.log(`Picture in ${out}/: gradient_clipping.svg`);

finish(options, [
  [`at most half the loss of guessing, found ${after.toFixed(3)}`, after < guessing / 2],
  ["the loss not to stay finite without clipping", steps < STEPS],
]);
