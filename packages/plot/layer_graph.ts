/**
 * A drawing of a model: its layers and what flows between them.
 *
 * @module
 */
import { printable, quoted } from "@neurite/tensor/texts";
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
}

/**
 * The layers of a model as boxes with the kind of layer, its name, the shape of its output and the
 * number of its parameters, and arrows along which data flows. Branches, skips and merges are laid
 * out side by side. `layers` come in the order in which they run, as `describe` of a model gives them;
 * a terminal shows them as a list, with the arrows as rails beside it.
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
 */
export function layerGraph(
  layers: readonly LayerBox[],
  options: LayerGraphOptions = {},
): Picture {
  const task = "draw a graph of layers";
  const { title = "", direction = "down" } = options;
  if (direction !== "down" && direction !== "right") {
    throw new RangeError(
      `Cannot ${task} as data flows "down" or "right": current direction is "${direction}"`,
    );
  }
  if (layers.length === 0) {
    throw new RangeError(`Cannot ${task} as there must be a layer: none given`);
  }
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
  const edges = layers.flatMap(({ name, inputs }, to) =>
    [...new Set(inputs)].map((input): [number, number] => {
      const from = places.get(input);
      if (from !== undefined) return [from, to];
      throw new RangeError(
        `Cannot ${task} as inputs must be names of layers: ${quoted(name)} takes ` +
          `${quoted(input)}, the layers are ${listed([...places.keys()])}`,
      );
    })
  );
  const graph: LayerGraph = {
    title: printable(title),
    direction,
    layers: structuredClone([...layers]).map((layer) => ({
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

/** Names for a message, the first ten of them. */
function listed(names: readonly string[]): string {
  const more = names.length > 10 ? ` and ${names.length - 10} more` : "";
  return names.slice(0, 10).map((name) => quoted(name)).join(", ") + more;
}
