/**
 * A perceptron learns the logic gates, all but XOR, and draws its decision line.
 *
 * Expect all four to be learnt in at most ten epochs, and XOR never: no line separates its classes.
 * Half a second.
 *
 * `deno task example perceptron/logic_gates [--check] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env
 */
import { type LogicGate, logicGate } from "@neurite/datasets";
import { Perceptron } from "@neurite/perceptron";
import { decisionRegions } from "@neurite/plot";
import { startBackend } from "../common/backend.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";

const program = commandLine({
  name: "deno task example perceptron/logic_gates",
  description: "Trains a perceptron on the logic gates.",
  check: "fail unless all gates but XOR are learnt",
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);

const gates: LogicGate[] = ["and", "or", "nand", "nor", "xor"];
const learnt: LogicGate[] = [];
for (const name of gates) {
  const { X, d } = logicGate(name);
  const perceptron = new Perceptron(2);
  const { converged, epochs, mistakes } = perceptron.fit(X, d);
  const [bias, w1, w2] = perceptron.weights;
  if (converged) learnt.push(name);
  console.log(
    converged
      ? `${name}: learnt in ${epochs} epochs, weights [${perceptron.weights}]`
      : `${name}: not learnt in ${epochs} epochs, still ${mistakes.at(-1)} mistakes: no line ` +
        "separates its classes",
  );

  // Both half-planes, and the line w_1 x_1 + w_2 x_2 + bias = 0 between them.
  const rows = [0, 1, 2, 3];
  const line = w1 === 0 && w2 === 0 ? [] : [{ weights: [w1, w2] as const, bias }];
  const picture = decisionRegions({
    title: `${name.toUpperCase()}: ${converged ? "separated" : "not separable"}`,
    width: 480,
    height: 480,
    x: { label: "x₁", min: -0.5, max: 1.5 },
    y: { label: "x₂", min: -0.5, max: 1.5 },
    equal: true,
    points: rows.map((i) => [X.get(i, 0), X.get(i, 1)]),
    labels: rows.map((i) => d.get(i)),
    classNames: ["output 0", "output 1"],
    predict: (points) => points.map(([x1, x2]) => Number(w1 * x1 + w2 * x2 + bias >= 0)),
    lines: line.map((l) => ({ ...l, name: "decision line" })),
  });
  if (name === "and") console.log(picture.toTerminal({ rows: 12 }));
  await picture.save(`${options.out}/perceptron_${name}.svg`);
}
console.log(`Pictures in ${options.out}/: perceptron_and.svg, perceptron_or.svg, ...`);
finish(options, [["and, or, nand, nor to be learnt", learnt.join() === "and,or,nand,nor"]]);
