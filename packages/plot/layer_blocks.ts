/**
 * Several layers as one box: a network of a hundred layers is a dozen of blocks.
 *
 * @module
 */
import { quoted } from "@neurite/tensor/texts";
import type { LayerBox } from "./layers.ts";

/** Layers that {@linkcode layerGraph} draws as one box. */
export interface LayerBlock {
  /** The name of the box: `"layer1.0"`. */
  readonly name: string;
  /** What kind of block it is: `"Residual block"`. Blocks of one kind have one colour. */
  readonly className: string;
  /**
   * The names of its layers, or what they begin with: `"layer1.0"` stands for `layer1.0.conv1`, too. The
   * name of the block by default.
   */
  readonly layers?: readonly string[];
}

/**
 * The layers with one box for each block. A box has the parameters of all its layers, the shape that the
 * last of them gives, and stands where that one stood; arrows within it are gone.
 *
 * @throws {RangeError} where a block has no layers, or two blocks have the same one.
 */
export function collapse(
  task: string,
  layers: readonly LayerBox[],
  blocks: readonly LayerBlock[],
): LayerBox[] {
  const blockOf = new Map<string, LayerBlock>();
  for (const block of blocks) {
    const beginnings = block.layers ?? [block.name];
    const own = layers.filter(({ name }) => beginnings.some((start) => begins(name, start)));
    if (own.length === 0) {
      throw new RangeError(
        `Cannot ${task} as every block must have layers: no name begins with ` +
          beginnings.map((start) => quoted(start)).join(" or "),
      );
    }
    for (const { name } of own) {
      const other = blockOf.get(name);
      if (other !== undefined) {
        throw new RangeError(
          `Cannot ${task} as a layer must be in one block: ${quoted(name)} is in ` +
            `${quoted(other.name)} and ${quoted(block.name)}`,
        );
      }
      blockOf.set(name, block);
    }
  }
  const nameOf = (name: string) => blockOf.get(name)?.name ?? name;
  return layers.flatMap((layer, i): LayerBox[] => {
    const block = blockOf.get(layer.name);
    if (block === undefined) return [{ ...layer, inputs: unique(layer.inputs.map(nameOf)) }];
    const own = layers.filter(({ name }) => blockOf.get(name) === block);
    if (own.at(-1) !== layers[i]) return [];
    const inputs = unique(own.flatMap(({ inputs }) => inputs.map(nameOf)));
    return [{
      name: block.name,
      className: block.className,
      outputShape: layer.outputShape,
      parameters: own.reduce((sum, { parameters }) => sum + parameters, 0),
      inputs: inputs.filter((name) => name !== block.name),
    }];
  });
}

/** Whether a name is `start`, or goes on behind it after a dot or the like. */
function begins(name: string, start: string): boolean {
  return name.startsWith(start) && !/^[\p{L}\p{N}]/u.test(name.slice(start.length));
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];
