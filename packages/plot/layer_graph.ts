/**
 * A drawing of a model: its layers and what flows between them.
 *
 * @module
 */
import { printable, quoted } from "@neurite/tensor/texts";
import { collapse, type LayerBlock } from "./layer_blocks.ts";
import { drawLayersSvg } from "./layer_graph_svg.ts";
import type { LayerBox, LayerGraph } from "./layers.ts";
import { Picture } from "./picture.ts";
import { drawLayersText } from "./terminal/layers.ts";

/** Options of {@linkcode layerGraph}. */
export interface LayerGraphOptions {
  /** Title above the graph. */
  title?: string;
  /** Where data flows: `"down"` (the default) or `"right"`. In a terminal it is always down. */
  direction?: "down" | "right";
  /** Layers that are drawn as one box; none by default. */
  blocks?: readonly LayerBlock[];
  /** What the boxes count in place of parameters, such as `"multiplications"`. */
  unit?: string;
}

/**
 * The layers of a model as boxes with the kind of layer, its name, the shape of its output and the
 * number of its parameters, and arrows along which data flows. Branches, skips and merges are laid
 * out side by side. `layers` come in the order in which they run, as `describe` of a model gives them;
 * a terminal shows them as a list, with the arrows as rails beside it. With `blocks`, several layers are
 * drawn as one box.
 *
 * @throws {RangeError} where there is no layer, two have one name, or an input is not among them.
 *
 * @example
 * ```ts
 * import { layerGraph } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const skip = layerGraph([
 *   { name: "x", className: "Input", outputShape: [8], parameters: 0, inputs: [] },
 *   { name: "f", className: "Dense", outputShape: [8], parameters: 72, inputs: ["x"] },
 *   { name: "sum", className: "Add", outputShape: [8], parameters: 0, inputs: ["f", "x"] },
 * ]);
 * assertEquals(skip.toTerminal({ columns: 40, color: false }).split("\n"), [
 *   "●    x    Input  8   0",
 *   "├─╮",
 *   "● │  f    Dense  8  72",
 *   "├─╯",
 *   "●    sum  Add    8   0",
 *   "3 layers, 72 parameters",
 * ]);
 * ```
 *
 * @example A block as one box
 * ```ts
 * import { layerGraph } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const picture = layerGraph([
 *   { name: "x", className: "Input", outputShape: [8], parameters: 0, inputs: [] },
 *   { name: "a.f", className: "Dense", outputShape: [8], parameters: 72, inputs: ["x"] },
 *   { name: "a.sum", className: "Add", outputShape: [8], parameters: 0, inputs: ["a.f", "x"] },
 * ], { blocks: [{ name: "a", className: "Residual block" }] });
 * assertEquals(picture.toTerminal({ columns: 40, color: false }).split("\n"), [
 *   "●  x  Input           8   0",
 *   "●  a  Residual block  8  72",
 *   "3 layers, 72 parameters",
 * ]);
 * ```
 */
export function layerGraph(
  layers: readonly LayerBox[],
  options: LayerGraphOptions = {},
): Picture {
  const task = "draw a graph of layers";
  const { title = "", direction = "down", blocks = [], unit } = options;
  if (direction !== "down" && direction !== "right") {
    throw new RangeError(
      `Cannot ${task} as data flows "down" or "right": current direction is "${direction}"`,
    );
  }
  if (layers.length === 0) {
    throw new RangeError(`Cannot ${task} as there must be a layer: none given`);
  }
  checkNames(task, layers);
  const boxes = collapse(task, layers, blocks);
  const places = new Map(checkNames(task, boxes).map((name, i) => [name, i]));
  const edges = boxes.flatMap(({ inputs }, to) =>
    [...new Set(inputs)].map((input): [number, number] => [places.get(input)!, to])
  );
  const graph: LayerGraph = {
    title: printable(title),
    direction,
    count: layers.length,
    unit: unit === undefined ? undefined : printable(unit),
    layers: structuredClone(boxes).map((layer) => ({
      ...layer,
      name: printable(layer.name),
      className: printable(layer.className),
    })),
    edges,
  };
  return new Picture({
    svg: () => drawLayersSvg(graph),
    terminal: (terminal) => drawLayersText(graph, terminal),
  });
}

/** The names of layers; throws `RangeError` where two have one, or an input is not among them. */
function checkNames(task: string, layers: readonly LayerBox[]): string[] {
  const places = new Map<string, number>();
  layers.forEach(({ name }, i) => {
    if (places.has(name)) {
      throw new RangeError(
        `Cannot ${task} as every layer must have a name of its own: ` +
          `layers ${places.get(name)} and ${i} are both ${quoted(name)}`,
      );
    }
    places.set(name, i);
  });
  for (const { name, inputs } of layers) {
    for (const input of inputs) {
      if (places.has(input)) continue;
      throw new RangeError(
        `Cannot ${task} as inputs must be names of layers: ${quoted(name)} takes ` +
          `${quoted(input)}, the layers are ${listed([...places.keys()])}`,
      );
    }
  }
  return [...places.keys()];
}

/** Names for a message, the first ten of them. */
function listed(names: readonly string[]): string {
  const more = names.length > 10 ? ` and ${names.length - 10} more` : "";
  return names.slice(0, 10).map((name) => quoted(name)).join(", ") + more;
}
