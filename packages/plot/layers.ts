/**
 * What a graph of layers is before it is drawn. One renderer turns it into SVG, another into text for
 * the terminal.
 *
 * @module
 */

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

/** What is drawn. */
export interface LayerGraph {
  title: string;
  direction: "down" | "right";
  /** How many layers there are in the boxes. */
  count: number;
  /** What `parameters` counts, where that is something else. */
  unit: string | undefined;
  /** The boxes: layers, and blocks of several. */
  layers: LayerBox[];
  /** Pairs of places in `layers`, each pair once. */
  edges: [from: number, to: number][];
}

/** The texts of a layer. */
export function textsOf({ outputShape, parameters }: LayerBox): { shape: string; count: string } {
  return {
    shape: outputShape.map((size) => size ?? "?").join(" × ") || "1",
    count: parameters.toLocaleString("en-US"),
  };
}

/** How much there is of everything. */
export function totalOf({ count, layers, unit }: LayerGraph): string {
  const sum = layers.reduce((total, { parameters }) => total + parameters, 0);
  const many = (n: number, what: string) =>
    `${n.toLocaleString("en-US")} ${what}${n === 1 ? "" : "s"}`;
  return `${many(count, "layer")}, ${
    unit ? `${sum.toLocaleString("en-US")} ${unit}` : many(sum, "parameter")
  }`;
}

/** Which colour each layer has: the number of its kind among all kinds, in order. */
export function kindsOf({ layers }: LayerGraph): number[] {
  const kinds = [...new Set(layers.map(({ className }) => className))];
  return layers.map(({ className }) => kinds.indexOf(className));
}
