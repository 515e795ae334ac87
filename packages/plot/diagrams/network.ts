/**
 * A network of neurons in layers, with its weights.
 *
 * @module
 */
import { type Matrix, readMatrix } from "../arrays.ts";
import type { Picture } from "../picture.ts";
import { formatNumber } from "../scale.ts";
import { ink, palette, tint } from "../theme.ts";
import { arrive } from "./neuron.ts";
import { diagram, plainText, Scene, widthOf } from "./scene.ts";

/** Options of {@linkcode networkDiagram}. */
export interface NetworkDiagramOptions {
  /** Title above the diagram. */
  title?: string;
  /** The layers, inputs first: how many neurons, or their names. At least two. */
  layers: readonly (number | readonly string[])[];
  /** What stands below each layer; without it inputs, hidden and outputs. */
  captions?: readonly string[];
  /** For each layer but the first, `weights[i][j]` from neuron `i` before it to its neuron `j`. */
  weights?: readonly Matrix[];
  /** For each layer but the first, the bias of each neuron; written below it. */
  biases?: readonly (readonly number[])[];
  /** Write the weights on their lines; where there are at most 12 of them without it. */
  numbers?: boolean;
}

/** Neurons of a layer that are drawn, at most: the first of them, and the last. */
const MOST = 7;
const RADIUS = 23;

/**
 * A multilayer perceptron as textbooks draw it: neurons in columns, a line for each weight, blue below
 * zero and vermilion above, thick where it is large. Of layers with more than 7 neurons the first five
 * and the last are drawn. Weights are `[inputs, units]`, as in Keras. In a terminal it is the layers and
 * the weights as tables.
 *
 * @throws {RangeError} where there are fewer than two layers, a layer is empty, or weights, biases or
 * captions do not fit the layers.
 *
 * @example
 * ```ts
 * import { networkDiagram } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const xor = networkDiagram({
 *   layers: [["x_1", "x_2"], ["h_1", "h_2"], ["y"]],
 *   weights: [[[1, -1], [-1, 1]], [[1], [1]]],
 * });
 * assertEquals(xor.toTerminal().split("\n"), [
 *   "x₁, x₂ → h₁, h₂ → y",
 *   "     h₁  h₂",
 *   "x₁    1  −1",
 *   "x₂   −1   1",
 *   "     y",
 *   "h₁   1",
 *   "h₂   1",
 * ]);
 * ```
 */
export function networkDiagram(options: NetworkDiagramOptions): Picture {
  const task = "draw a network of neurons";
  const { title = "", biases } = options;
  const layers = options.layers.map((layer) =>
    typeof layer === "number" ? Array<string>(Math.max(0, layer)).fill("") : layer
  );
  const sizes = layers.map((layer) => layer.length);
  if (layers.length < 2 || sizes.includes(0)) {
    throw new RangeError(
      `Cannot ${task} as it must have two or more layers, each with a neuron: ` +
        `current layers have ${sizes.join(", ") || "no"} neurons`,
    );
  }
  const weights = options.weights?.map((matrix, l) => {
    const rows = readMatrix(matrix, task, `weights[${l}]`);
    const [wanted, found] = [[sizes[l], sizes[l + 1]], [rows.length, rows[0].length]];
    if (wanted.join() === found.join()) return rows;
    throw new RangeError(
      `Cannot ${task} as weights[${l}] must lead from ${wanted[0]} to ${wanted[1]} neurons: ` +
        `current shape is [${found}]`,
    );
  });
  const captions = options.captions ??
    layers.map((_, l) => l === 0 ? "inputs" : l === layers.length - 1 ? "outputs" : "hidden");
  for (
    const [what, list, count] of [
      ["weights", weights, layers.length - 1],
      ["biases", biases, layers.length - 1],
      ["captions", captions, layers.length],
    ] as const
  ) {
    if (list !== undefined && list.length !== count) {
      throw new RangeError(
        `Cannot ${task} as ${layers.length} layers need ${count} ${what}: there are ${list.length}`,
      );
    }
  }
  biases?.forEach((list, l) => {
    if (list.length === sizes[l + 1]) return;
    throw new RangeError(
      `Cannot ${task} as every neuron needs one bias: layer ${l + 1} has ` +
        `${sizes[l + 1]} neurons, biases[${l}] has ${list.length}`,
    );
  });

  const lines = sizes.slice(1).reduce((sum, size, l) => sum + size * sizes[l], 0);
  const { numbers = lines <= 12 } = options;
  const row = biases ? 84 : numbers && weights ? 76 : 60;
  const shown = layers.map((layer) => shownOf(layer.length));
  const rows = Math.max(...shown.map((list) => list.length));
  const step = Math.min(200, Math.max(130, 560 / (layers.length - 1)));
  const left = 64, width = left * 2 + step * (layers.length - 1);
  const height = rows * row + 62, middle = 14 + rows * row / 2;
  const scene = new Scene(width, height);
  const placeOf = (l: number, at: number): [number, number] => [
    left + l * step,
    middle + (at - (shown[l].length - 1) / 2) * row,
  ];
  const largest = Math.max(1e-12, ...(weights ?? []).flat(2).map(Math.abs));
  const texts: (() => void)[] = [];
  for (let l = 1; l < layers.length; l++) {
    shown[l].forEach((to, b) =>
      shown[l - 1].forEach((from, a) => {
        if (from === undefined || to === undefined) return;
        const [start, end] = [placeOf(l - 1, a), placeOf(l, b)];
        const weight = weights?.[l - 1][from][to];
        const share = weight === undefined ? 0 : Math.abs(weight) / largest;
        scene.arrow([arrive(end, start, RADIUS), arrive(start, end, RADIUS)], {
          stroke: weight === undefined ? ink.axis : palette[weight < 0 ? 0 : 1],
          width: weight === undefined ? 1.2 : 0.6 + 3.2 * share,
          plain: lines > 30,
        });
        if (!numbers || weight === undefined) return;
        // Nearer to where a line comes from, and not all at one place: numbers stand apart so.
        const t = b % 2 === 0 ? 0.27 : 0.4;
        const at = [
          start[0] + t * (end[0] - start[0]),
          start[1] + t * (end[1] - start[1]),
        ] as const;
        texts.push(() => scene.text(at, formatNumber(weight), { size: 13, clear: true }));
      })
    );
  }
  for (const write of texts) write();
  layers.forEach((names, l) => {
    const colour = palette[l === 0 ? 5 : l === layers.length - 1 ? 4 : 2];
    shown[l].forEach((neuron, at) => {
      const place = placeOf(l, at);
      if (neuron === undefined) {
        for (const dy of [-9, 0, 9]) {
          scene.circle([place[0], place[1] + dy], 2, { fill: ink.quiet });
        }
        return;
      }
      scene.circle(place, RADIUS, { fill: tint(colour, 0.2), stroke: tint(colour, 0.85) });
      if (names[neuron]) {
        const size = Math.min(15, 15 * (2 * RADIUS - 6) / widthOf(names[neuron]));
        scene.text(place, names[neuron], { size: Math.floor(size) });
      }
      const bias = biases?.[l - 1]?.[neuron];
      if (bias === undefined) return;
      const sign = bias < 0 ? "−" : "+";
      scene.text([place[0], place[1] + RADIUS + 12], `${sign} ${formatNumber(Math.abs(bias))}`, {
        size: 13,
        colour: ink.quiet,
      });
    });
    scene.text([left + l * step, height - 22], captions[l], { size: 14, colour: ink.quiet });
  });

  const nameOf = (l: number, i: number) => plainText(layers[l][i]) || String(i + 1);
  const listed = layers.map((names) =>
    names.every((name) => name !== "") ? names.map(plainText).join(", ") : String(names.length)
  );
  const tables = (weights ?? []).flatMap((matrix, l) => {
    const cells = matrix.map((weights) => weights.map((weight) => formatNumber(weight)));
    const heads = matrix[0].map((_, j) => nameOf(l + 1, j));
    const wide = Math.max(...[...cells.flat(), ...heads].map((text) => text.length));
    const first = Math.max(...matrix.map((_, i) => nameOf(l, i).length)) + 1;
    const line = (name: string, texts: string[]) =>
      name.padEnd(first) + texts.map((text) => "  " + text.padStart(wide)).join("");
    return [line("", heads), ...cells.map((texts, i) => line(nameOf(l, i), texts))];
  });
  const label = `a network of ${sizes.join(", ")} neurons`;
  return diagram(scene, title, label, [listed.join(" → "), ...tables]);
}

/** The numbers of the neurons that are drawn; `undefined` stands for those left out. */
function shownOf(count: number): (number | undefined)[] {
  if (count <= MOST) return Array.from({ length: count }, (_, i) => i);
  return [...Array.from({ length: MOST - 2 }, (_, i) => i), undefined, count - 1];
}
