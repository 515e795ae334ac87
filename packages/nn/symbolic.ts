/** Results that are not there yet: how layers are connected before there is data. */
import { brand, checkOptions } from "@neurite/tensor/internal";
import type { Known } from "./configurable.ts";
import type { Layer } from "./layer.ts";
import type { Shape } from "./shape.ts";

/**
 * One use of a layer: what it is given.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Input } from "@neurite/nn";
 *
 * const x = new Input({ shape: [2] }), dense = new Dense(3), { node } = dense.apply(x);
 * assertEquals([node?.layer, node?.inputs[0]], [dense, x]);
 * ```
 */
export class Node {
  /** The layer. */
  readonly layer: Layer;
  /** What it is given. */
  readonly inputs: readonly SymbolicTensor[];

  /** Used by `layer.apply`. */
  constructor(layer: Layer, inputs: readonly SymbolicTensor[]) {
    this.layer = layer;
    this.inputs = inputs;
  }
}

/**
 * The result of a layer, or an input of a model, before there is data: only its shape is known.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { Dense, Input, SymbolicTensor } from "@neurite/nn";
 *
 * const y = new Dense(3).apply(new Input({ shape: [2] }));
 * assert(y instanceof SymbolicTensor);
 * assertEquals([y.shape, y.from], [[3], "dense"]);
 * ```
 */
export class SymbolicTensor {
  static {
    brand(this, "SymbolicTensor");
  }
  /** The shape of one example. */
  readonly shape: Shape;
  /** The use of a layer that makes it; `undefined` for an input. */
  readonly node: Node | undefined;
  /** Which of the layer's results it is. */
  readonly index: number;

  /** Used by `layer.apply`. */
  constructor(shape: Shape, node?: Node, index = 0) {
    this.shape = shape;
    this.node = node;
    this.index = index;
  }

  /** The name of what makes it, for messages. */
  get from(): string {
    return this.node?.layer.name ?? "input";
  }
}

/** The options of an {@linkcode Input}. */
export interface InputOptions {
  /** The shape of one example, without the batch. */
  shape: Shape;
  /** The name; `input`, `input_1` by default. */
  name?: string;
}

const INPUT: Known<InputOptions> = { shape: true, name: true };

/**
 * A place where data enters a model.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Flatten, Input } from "@neurite/nn";
 *
 * const image = new Input({ shape: [28, 28, 1] });
 * assertEquals(new Flatten().apply(image).shape, [784]);
 * ```
 */
export class Input extends SymbolicTensor {
  static {
    brand(this, "Input");
  }
  /** The name, where it was given. */
  name: string | undefined;

  /** An input for examples of a shape. */
  constructor(options: InputOptions) {
    checkOptions("make an Input", options, INPUT);
    const { shape, name } = options;
    if (
      !Array.isArray(shape) || !shape.every((n) => n === null || (Number.isSafeInteger(n) && n > 0))
    ) {
      throw new RangeError(
        "Cannot make an input as its shape must be a list of integers above 0, or null for a " +
          `size that varies, without the batch: current ${JSON.stringify(shape)}`,
      );
    }
    super(shape);
    this.name = name;
  }

  /** The name, for messages. */
  override get from(): string {
    return this.name ?? "input";
  }
}
