/** The blocks of a network by the names of their layers: what a drawing shows as one box. */
import type { Model } from "@neurite/nn";

/** A block of a network, as `layerGraph` of `@neurite/plot` takes it. */
export interface NetworkBlock {
  /** What the names of its layers begin with: `layer1.0`. */
  name: string;
  /** What kind of block it is: `Residual block`. */
  className: string;
  /** The names of its layers. */
  layers: string[];
}

/** Blocks by the beginnings of their layers' names. */
const KINDS: readonly (readonly [name: RegExp, className: string])[] = [
  [/^layer\d+\.\d+(?=\.)/, "Residual block"],
  [/^inception\d[a-z](?=\.)/, "Inception module"],
  [/^aux\d(?=\.)/, "Auxiliary classifier"],
  [/^features\.denseblock\d+(?=\.)/, "Dense block"],
  [/^features\.transition\d+(?=\.)/, "Transition"],
  [/^group\d(?=\.)/, "Conv, BN, ReLU, pool"],
];

/**
 * The blocks of a network of this package: residual blocks, inception modules, dense blocks, transitions,
 * what comes before the first of them (the stem), and the groups of convolutions between two poolings of
 * a VGG. Layers that are in none are left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { networkBlocks, resNetCifar } from "@neurite/classic-archs";
 *
 * const blocks = networkBlocks(resNetCifar(8, { seed: 1 }));
 * assertEquals(blocks.map(({ name, className }) => `${name}: ${className}`), [
 *   "stem: Stem",
 *   "layer1.0: Residual block",
 *   "layer2.0: Residual block",
 *   "layer3.0: Residual block",
 * ]);
 * assertEquals(blocks[0].layers, ["conv1", "bn1", "relu"]);
 * ```
 */
export function networkBlocks(model: Model): NetworkBlock[] {
  const blocks = new Map<string, NetworkBlock>();
  const put = (name: string, className: string, layer: string) => {
    if (!blocks.has(name)) blocks.set(name, { name, className, layers: [] });
    blocks.get(name)!.layers.push(layer);
  };
  const stem: string[] = [];
  let group = 1;
  for (const { name } of model.layers) {
    const [found, kind] = KINDS.map(([start, kind]) => [start.exec(name)?.[0], kind])
      .find(([found]) => found !== undefined) ?? [];
    if (found !== undefined) put(found, kind!, name);
    else if (blocks.size === 0) stem.push(name);
  }
  if (blocks.size > 0) {
    for (const block of blocks.values()) block.className = kindOf(block);
    const first = { name: "stem", className: "Stem", layers: stem };
    return [...(stem.length > 0 ? [first] : []), ...blocks.values()];
  }
  for (const { name, className } of model.layers) {
    if (!name.startsWith("features.")) break;
    if (className === "MaxPooling2D") group++;
    else put(`group ${group}`, "Convolutions", name);
  }
  return [...blocks.values()].filter(({ layers }) => layers.length > 1);
}

/** The kind of a residual block: a bottleneck has a third convolution, a plain one no sum. */
function kindOf({ className, layers }: NetworkBlock): string {
  if (className !== "Residual block") return className;
  if (layers.some((name) => name.endsWith(".conv3"))) return "Bottleneck block";
  return layers.some((name) => name.endsWith(".add")) ? className : "Two convolutions";
}
