/**
 * One neuron: what goes in, its weights, the sum, and what the activation makes of it.
 *
 * @module
 */
import type { Picture } from "../picture.ts";
import { formatNumber } from "../scale.ts";
import { ink, palette, tint } from "../theme.ts";
import { type ActivationCurve, activationCurves, drawActivation } from "./activation_curve.ts";
import { diagram, plainText, Scene } from "./scene.ts";

/** Options of {@linkcode neuronDiagram}. */
export interface NeuronDiagramOptions {
  /** Title above the diagram. */
  title?: string;
  /** The weights: numbers, or their names. By default `w_1`, `w_2` and `w_n`. */
  weights?: readonly (number | string)[];
  /** The bias: a number, or its name, `b` without it. */
  bias?: number | string;
  /** The names of the inputs, as many as weights; `x_1`, `x_2`, ... without them. */
  inputs?: readonly string[];
  /** What the activation is: `"step"` without it. Its curve is drawn. */
  activation?: ActivationCurve;
  /** The name of what comes out; `a` without it. */
  output?: string;
}

/**
 * A neuron as textbooks draw it: inputs times weights and a bias are added up to `z`, and the activation,
 * a step unless told otherwise, makes the output of it. In names, `_` lowers what follows: `w_1`,
 * `h_{t−1}`. In a terminal it is the two formulas.
 *
 * @throws {RangeError} where there are no weights, more or fewer inputs than weights, a weight that is
 * not finite, or an activation without a curve.
 *
 * @example
 * ```ts
 * import { neuronDiagram } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const and = neuronDiagram({ weights: [1, 1], bias: -1.5 });
 * assertEquals(and.toTerminal(), "z = 1·x₁ + 1·x₂ − 1.5\na = step(z)");
 * ```
 */
export function neuronDiagram(options: NeuronDiagramOptions = {}): Picture {
  const task = "draw a neuron";
  const {
    title = "",
    weights = ["w_1", "w_2", "w_n"],
    bias = "b",
    inputs = weights.map((weight, i) =>
      typeof weight === "string" && /_/.test(weight) ? `x_${weight.split("_")[1]}` : `x_${i + 1}`
    ),
    activation = "step",
    output = "a",
  } = options;
  if (weights.length === 0) {
    throw new RangeError(`Cannot ${task} as it must have a weight: there is none`);
  }
  if (inputs.length !== weights.length) {
    throw new RangeError(
      `Cannot ${task} as every input needs one weight: ` +
        `there are ${inputs.length} inputs and ${weights.length} weights`,
    );
  }
  const bad = [...weights, bias].find((value) => typeof value === "number" && !isFinite(value));
  if (bad !== undefined) {
    throw new RangeError(`Cannot ${task} as weights and bias must be finite: one is ${bad}`);
  }
  if (!Object.hasOwn(activationCurves, activation)) {
    throw new RangeError(
      `Cannot ${task} as activation must be one of ${
        Object.keys(activationCurves).join(", ")
      }: current activation is "${activation}"`,
    );
  }
  const textOf = (value: number | string) =>
    typeof value === "number" ? formatNumber(value) : value;
  const row = 66, height = Math.max(210, inputs.length * row + 96);
  const scene = new Scene(600, height);
  const middle = 70 + (height - 96) / 2;
  const [left, sum, curve, right] = [56, 285, 425, 540];
  const node = { fill: tint(palette[0], 0.12), stroke: tint(palette[0], 0.7) };
  inputs.forEach((name, i) => {
    const y = middle + (i - (inputs.length - 1) / 2) * row;
    scene.arrow([[left + 22, y], arrive([left + 22, y], [sum, middle], 34)]);
    const t = 0.42;
    const at = [left + 22 + t * (sum - left - 56), y + t * (middle - y)] as const;
    scene.text(at, textOf(weights[i]), { clear: true })
      .circle([left, y], 22, node).text([left, y], name);
  });
  scene.arrow([[sum, 48], [sum, middle - 34]]).text([sum, 34], textOf(bias))
    .circle([sum, middle], 34, {
      fill: tint(palette[4], 0.2),
      stroke: tint(palette[4], 0.9),
    })
    .text([sum, middle], "Σ", { size: 24 })
    .arrow([[sum + 34, middle], [curve - 38, middle]])
    .text([(sum + 34 + curve - 38) / 2 - 3, middle - 15], "z")
    .box([curve, middle], 76, 76, { fill: ink.paper, stroke: tint(palette[1], 0.7) });
  drawActivation(scene, [curve, middle], 58, activation);
  scene.text([curve, middle + 54], activation, { size: 13, colour: ink.quiet })
    .arrow([[curve + 38, middle], [right - 4, middle]]).text([right + 10, middle], output);
  const terms = inputs.map((name, i) => `${textOf(weights[i])}·${plainText(name)}`);
  const shift = typeof bias === "number" && bias < 0
    ? ` − ${formatNumber(-bias)}`
    : ` + ${textOf(bias)}`;
  return diagram(scene, title, `a neuron with ${inputs.length} inputs`, [
    `z = ${terms.map(plainText).join(" + ")}${shift}`,
    `${plainText(output)} = ${activation}(z)`,
  ]);
}

/** Where a line from `from` to the middle of a circle meets it. */
export function arrive(
  from: readonly [number, number],
  to: readonly [number, number],
  radius: number,
): [number, number] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]], length = Math.hypot(dx, dy);
  return [to[0] - dx / length * radius, to[1] - dy / length * radius];
}
