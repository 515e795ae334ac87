/**
 * The inside of an LSTM and of a GRU: gates, and what flows through them.
 *
 * @module
 */
import type { Picture } from "../picture.ts";
import { ink, palette, tint } from "../theme.ts";
import { diagram, type Place, Scene } from "./scene.ts";

/** Options of {@linkcode cellDiagram}. */
export interface CellDiagramOptions {
  /** Title above the diagram. */
  title?: string;
}

/**
 * The cell of an LSTM or of a GRU at one step: boxes are layers with weights (σ gives gates from 0 to 1,
 * tanh what may be written), circles work on corresponding elements. In a terminal it is the equations.
 *
 * The GRU's update gate lets the candidate in, `h_t = (1 − z_t) ⊙ h_{t−1} + z_t ⊙ h̃_t`, as in Chung et
 * al., 2014.
 *
 * @throws {RangeError} where the kind is another one.
 *
 * @example
 * ```ts
 * import { cellDiagram } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const lstm = cellDiagram("lstm", { title: "Long short-term memory" });
 * assertStringIncludes(lstm.toTerminal(), "Cₜ = fₜ ⊙ Cₜ₋₁ + iₜ ⊙ C̃ₜ");
 * ```
 */
export function cellDiagram(kind: "lstm" | "gru", options: CellDiagramOptions = {}): Picture {
  if (kind !== "lstm" && kind !== "gru") {
    throw new RangeError(
      `Cannot draw a cell as it must be "lstm" or "gru": current kind is "${kind}"`,
    );
  }
  const { title = "" } = options;
  return kind === "lstm"
    ? diagram(drawLSTM(), title, "the cell of an LSTM", LSTM)
    : diagram(drawGRU(), title, "the cell of a GRU", GRU);
}

const LSTM = [
  "fₜ = σ(W_f [hₜ₋₁; xₜ] + b_f)",
  "iₜ = σ(W_i [hₜ₋₁; xₜ] + b_i)",
  "C̃ₜ = tanh(W_C [hₜ₋₁; xₜ] + b_C)",
  "Cₜ = fₜ ⊙ Cₜ₋₁ + iₜ ⊙ C̃ₜ",
  "oₜ = σ(W_o [hₜ₋₁; xₜ] + b_o)",
  "hₜ = oₜ ⊙ tanh(Cₜ)",
];

const GRU = [
  "zₜ = σ(W_z [hₜ₋₁; xₜ])",
  "rₜ = σ(W_r [hₜ₋₁; xₜ])",
  "h̃ₜ = tanh(W_h [rₜ ⊙ hₜ₋₁; xₜ])",
  "hₜ = (1 − zₜ) ⊙ hₜ₋₁ + zₜ ⊙ h̃ₜ",
];

/** What carries a state along stands out. */
const STATE = { stroke: ink.text, width: 2.2 };

function drawLSTM(): Scene {
  const scene = new Scene(600, 340), [cell, gates, bus] = [84, 206, 262];
  const [forget, input, candidate, output, shown] = [160, 238, 316, 394, 452];
  frame(scene, [300, 172], 408, 258);
  // The cell state, along the top.
  scene.text([36, cell - 18], "C_{t−1}").arrow([[12, cell], [forget - 13, cell]], STATE)
    .arrow([[forget + 13, cell], [candidate - 13, cell]], STATE)
    .arrow([[candidate + 13, cell], [588, cell]], STATE).text([556, cell - 18], "C_t");
  // The hidden state and the input, along the bottom.
  scene.text([36, bus + 20], "h_{t−1}").arrow([[12, bus], [output, bus]], { ...STATE, plain: true })
    .arrow([[126, 332], [126, bus]], { plain: true }).text([148, 322], "x_t")
    .circle([126, bus], 3, { fill: ink.text });
  for (
    const [x, sign, name] of [
      [forget, "σ", "f_t"],
      [input, "σ", "i_t"],
      [candidate, "tanh", "C\u0303_t"],
      [output, "σ", "o_t"],
    ] as const
  ) {
    scene.arrow([[x, bus], [x, gates + 17]]);
    gate(scene, [x, gates], sign);
    scene.text([x + (x === output ? 22 : 20), gates - 32], name, { size: 14 });
  }
  scene.arrow([[forget, gates - 17], [forget, cell + 13]]);
  scene.arrow([[input, gates - 17], [input, 142], [candidate - 13, 142]]);
  scene.arrow([[candidate, gates - 17], [candidate, 155]]);
  scene.arrow([[candidate, 129], [candidate, cell + 13]]);
  scene.arrow([[output, gates - 17], [output, 166], [shown - 13, 166]]);
  scene.arrow([[shown, cell], [shown, 108]]).circle([shown, cell], 3, { fill: ink.text });
  scene.arrow([[shown, 138], [shown, 153]]);
  scene.arrow([[shown, 179], [shown, bus], [588, bus]], STATE).text([556, bus + 20], "h_t");
  pointwise(scene, [forget, cell], "×");
  pointwise(scene, [candidate, cell], "+");
  pointwise(scene, [candidate, 142], "×");
  pointwise(scene, [shown, 166], "×");
  scene.box([shown, 123], 54, 28, { ...POINTWISE, radius: 14 }).text([shown, 123], "tanh", {
    size: 14,
  });
  return scene;
}

function drawGRU(): Scene {
  const scene = new Scene(600, 372), [state, gates, past, now] = [84, 222, 278, 312];
  const [update, reset, product, candidate] = [186, 272, 346, 430];
  frame(scene, [300, 190], 408, 294);
  scene.text([36, state - 18], "h_{t−1}").arrow([[12, state], [update - 13, state]], STATE)
    .arrow([[update + 13, state], [candidate - 13, state]], STATE)
    .arrow([[candidate + 13, state], [588, state]], STATE).text([556, state - 18], "h_t");
  // What was, down to the gates; and what comes in.
  scene.arrow([[122, state], [122, past], [product - 13, past]], STATE)
    .circle([122, state], 3, { fill: ink.text })
    .arrow([[146, 364], [146, now], [candidate + 10, now], [candidate + 10, gates + 17]])
    .text([168, 352], "x_t");
  for (const [x, name] of [[update, "z_t"], [reset, "r_t"]] as const) {
    scene.circle([x - 9, past], 3, { fill: ink.text }).circle([x + 9, now], 3, { fill: ink.quiet })
      .arrow([[x - 9, past], [x - 9, gates + 17]])
      .arrow([[x + 9, now], [x + 9, gates + 17]]);
    gate(scene, [x, gates], "σ");
    scene.text([x + 20, gates - (x === update ? 30 : 26)], name, { size: 14 });
  }
  scene.arrow([[product + 13, past], [candidate - 10, past], [candidate - 10, gates + 17]]);
  scene.arrow([[reset, gates - 17], [reset, gates - 38], [product, gates - 38], [
    product,
    past - 13,
  ]]);
  scene.arrow([[update, gates - 17], [update, 144]]);
  scene.arrow([[update, 118], [update, state + 13]]);
  scene.arrow([[update, 166], [380, 166], [380, 142], [candidate - 13, 142]])
    .circle([update, 166], 3, { fill: ink.quiet });
  gate(scene, [candidate, gates], "tanh");
  scene.arrow([[candidate, gates - 17], [candidate, 155]])
    .text([candidate + 20, gates - 32], "h\u0303_t", { size: 14 })
    .arrow([[candidate, 129], [candidate, state + 13]]);
  scene.box([update, 131], 44, 26, { ...POINTWISE, radius: 13 }).text([update, 131], "1 −", {
    size: 14,
  });
  pointwise(scene, [update, state], "×");
  pointwise(scene, [candidate, state], "+");
  pointwise(scene, [candidate, 142], "×");
  pointwise(scene, [product, past], "×");
  return scene;
}

const POINTWISE = { fill: tint(palette[1], 0.22), stroke: tint(palette[1], 0.8) };

function frame(scene: Scene, centre: Place, width: number, height: number): void {
  scene.box(centre, width, height, { fill: "#f6f8fa", stroke: ink.axis, radius: 16 });
}

function gate(scene: Scene, place: Place, sign: string): void {
  const colour = palette[sign === "tanh" ? 2 : 4];
  scene.box(place, 56, 34, { fill: tint(colour, 0.28), stroke: tint(colour, 0.9) })
    .text(place, sign);
}

function pointwise(scene: Scene, place: Place, sign: string): void {
  scene.circle(place, 13, POINTWISE).text(place, sign, { size: 17 });
}
