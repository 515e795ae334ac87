/**
 * A recurrent network, folded and unrolled over time.
 *
 * @module
 */
import type { Picture } from "../picture.ts";
import { ink, palette, tint } from "../theme.ts";
import { diagram, type Place, plainText, Scene, widthOf } from "./scene.ts";

/** Options of {@linkcode unrolledDiagram}. */
export interface UnrolledDiagramOptions {
  /** Title above the diagram. */
  title?: string;
  /** What goes in at each step; `null` for nothing. `x_1`, `x_2`, `x_3` and `x_4` without it. */
  inputs?: readonly (string | null)[];
  /** What comes out at each step, as many; `null` for nothing. `y_1`, `y_2`, ... without it. */
  outputs?: readonly (string | null)[];
  /** Whether the folded network stands at the left; without it where inputs are not given. */
  folded?: boolean;
}

/**
 * A recurrent network unrolled: the same cell once for each step, which hands its state to the next one.
 * Missing inputs and outputs make the four flavours: one to one, one to many, many to one, many to
 * many. In a terminal it is a line for each step.
 *
 * @throws {RangeError} where there is no step, or more or fewer outputs than inputs.
 *
 * @example
 * ```ts
 * import { unrolledDiagram } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const sentiment = unrolledDiagram({ inputs: ["a", "fine", "film"], outputs: [null, null, "+"] });
 * assertEquals(sentiment.toTerminal().split("\n"), [
 *   "h₀, a → h₁",
 *   "h₁, fine → h₂",
 *   "h₂, film → h₃ → +",
 * ]);
 * ```
 */
export function unrolledDiagram(options: UnrolledDiagramOptions = {}): Picture {
  const task = "draw an unrolled network";
  const { title = "", folded = options.inputs === undefined } = options;
  const numbered = (letter: string, count: number) =>
    Array.from({ length: count }, (_, t) => `${letter}_${t + 1}`);
  const inputs = options.inputs ?? numbered("x", options.outputs?.length ?? 4);
  const outputs = options.outputs ?? numbered("y", inputs.length);
  if (inputs.length === 0 || inputs.length !== outputs.length) {
    throw new RangeError(
      `Cannot ${task} as every step needs an input and an output, null for none: ` +
        `there are ${inputs.length} inputs and ${outputs.length} outputs`,
    );
  }
  const names = [...inputs, ...outputs].filter((name) => name !== null);
  const step = Math.max(112, ...names.map((name) => widthOf(name) + 44));
  const start = folded ? 262 : 96;
  const width = start + step * (inputs.length - 1) + 84, [top, middle, bottom] = [40, 138, 236];
  const scene = new Scene(width, 276);
  const cell = { fill: tint(palette[2], 0.2), stroke: tint(palette[2], 0.85) };
  const draw = (x: number, input: string | null, state: string, output: string | null) => {
    if (input !== null) {
      bubble(scene, [x, bottom], input, 5);
      scene.arrow([[x, bottom - 22], [x, middle + 25]]);
    }
    if (output !== null) {
      scene.arrow([[x, middle - 25], [x, top + 22]]);
      bubble(scene, [x, top], output, 4);
    }
    scene.box([x, middle], 60, 50, { ...cell, radius: 8 }).text([x, middle], state);
  };
  if (folded) {
    const x = 64;
    draw(x, "x_t", "h_t", "y_t");
    scene.path(`M${x + 30} ${middle - 10}c40 -26 40 46 8 26`, { stroke: ink.quiet })
      .arrow([[x + 40, middle + 17], [x + 30, middle + 10]])
      .text([x + 22, (middle + bottom) / 2], "W_{xh}", { size: 14, colour: ink.quiet })
      .text([x + 80, middle], "W_{hh}", { size: 14, colour: ink.quiet })
      .text([x + 22, (middle + top) / 2], "W_{hy}", { size: 14, colour: ink.quiet })
      .text([start - 88, middle], "=", { size: 22 });
  }
  const before = start - (folded ? 60 : 74);
  scene.arrow([[before, middle], [start - 30, middle]]);
  scene.text([before + (folded ? 8 : 12), middle - 16], "h_0", { size: 14 });
  inputs.forEach((input, t) => {
    const x = start + t * step;
    draw(x, input, `h_${t + 1 < 10 ? t + 1 : `{${t + 1}}`}`, outputs[t]);
    if (t > 0) {
      scene.arrow([[x - step + 30, middle], [x - 30, middle]])
        .text([x - step / 2, middle - 15], "W_{hh}", { size: 14, colour: ink.quiet });
    }
  });
  const end = start + (inputs.length - 1) * step;
  scene.arrow([[end + 30, middle], [end + 72, middle]]);
  return diagram(
    scene,
    title,
    `a recurrent network over ${inputs.length} steps`,
    inputs.map((input, t) => {
      const [state, next] = [t, t + 1].map((n) => plainText(`h_{${n}}`));
      const output = outputs[t];
      return `${state}${input === null ? "" : `, ${plainText(input)}`} → ${next}` +
        (output === null ? "" : ` → ${plainText(output)}`);
    }),
  );
}

/** A text in a circle, or in a round box where it is long. */
function bubble(scene: Scene, place: Place, words: string, colour: number): void {
  const look = { fill: tint(palette[colour], 0.2), stroke: tint(palette[colour], 0.85) };
  scene.box(place, Math.max(44, widthOf(words) + 24), 44, { ...look, radius: 22 });
  scene.text(place, words);
}
