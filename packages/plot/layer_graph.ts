/**
 * A drawing of a model: its layers and what flows between them.
 *
 * @module
 */
import { drawLayersSvg } from "./layer_graph_svg.ts";
import { Picture } from "./picture.ts";
import { drawLayersText } from "./terminal/layers.ts";

/** One layer of a model as {@linkcode layerGraph} draws it. */
export interface LayerBox {
  /** Its name, which no other layer has: `"conv2d_1"`. */
  readonly name: string;
  /** The kind of layer: `"Conv2D"`. Layers of one kind have one colour. */
  readonly className: string;
  /** The shape of what comes out; `null` where a size is left open. */
  readonly outputShape: readonly (number | null)[];
  /** How many numbers it learns. */
  readonly parameters: number;
  /** The names of the layers whose output it takes; none for an input. */
  readonly inputs: readonly string[];
}

/** Options of {@linkcode layerGraph}. */
export interface LayerGraphOptions {
  /** Title above the graph. */
  title?: string;
  /** Where data flows: `"down"` (the default) or `"right"`. In a terminal it is always down. */
  direction?: "down" | "right";
}

/** What is drawn. */
export interface LayerGraph {
  title: string;
  direction: "down" | "right";
  layers: LayerBox[];
  /** Pairs of places in `layers`, each pair once. */
  edges: [from: number, to: number][];
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
          `layers ${places.get(name)} and ${i} are both "${name}"`,
      );
    }
    places.set(name, i);
  });
  const edges = layers.flatMap(({ name, inputs }, to) =>
    [...new Set(inputs)].map((input): [number, number] => {
      const from = places.get(input);
      if (from !== undefined) return [from, to];
      throw new RangeError(
        `Cannot ${task} as inputs must be names of layers: "${name}" takes "${input}", ` +
          `the layers are ${[...places.keys()].map((known) => `"${known}"`).join(", ")}`,
      );
    })
  );
  const graph: LayerGraph = { title, direction, layers: structuredClone([...layers]), edges };
  return new Picture({
    svg: () => drawLayersSvg(graph),
    terminal: (terminal) => drawLayersText(graph, terminal),
  });
}

/** The texts of a layer. */
export function textsOf({ outputShape, parameters }: LayerBox): { shape: string; count: string } {
  return {
    shape: outputShape.map((size) => size ?? "?").join(" × ") || "1",
    count: parameters.toLocaleString("en-US"),
  };
}

/** How much there is of everything. */
export function totalOf({ layers }: LayerGraph): string {
  const sum = layers.reduce((total, { parameters }) => total + parameters, 0);
  const many = (count: number, what: string) =>
    `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`;
  return `${many(layers.length, "layer")}, ${many(sum, "parameter")}`;
}

/** Which colour each layer has: the number of its kind among all kinds, in order. */
export function kindsOf({ layers }: LayerGraph): number[] {
  const kinds = [...new Set(layers.map(({ className }) => className))];
  return layers.map(({ className }) => kinds.indexOf(className));
}
