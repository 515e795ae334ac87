/** What the networks have in common: their options, and how they are made. */
import {
  type ActivationName,
  activationOf,
  Input,
  type Known,
  Model,
  type SymbolicTensor,
} from "@neurite/nn";
import { ShapeError } from "@neurite/tensor";
import { checkCount, checkOneOf, checkOptions } from "@neurite/tensor/internal";

/** The options of every network. */
export interface NetworkOptions {
  /**
   * Height, width and channels of an image; `[224, 224, 3]` by default, for small images `[32, 32, 3]`.
   * `null` for a size that is not known: then the network takes images of any.
   */
  inputShape?: readonly [height: number | null, width: number | null, channels: number];
  /** The number of classes; 1000, ImageNet's, by default, for small images 10, those of CIFAR-10. */
  classes?: number;
  /** Whether the classifier is there; without it, the maps before it come out. `true` by default. */
  includeTop?: boolean;
  /**
   * The activation at the end: `"linear"`, by default, gives logits, `"softmax"` probabilities, which
   * cross-entropies take. Ignored without the classifier.
   */
  activation?: ActivationName;
  /** The seed of initial values, shuffling and dropout; without it the global generator is used. */
  seed?: number;
}

/** Their names. */
export const NETWORK: Known<NetworkOptions> = {
  inputShape: true,
  classes: true,
  includeTop: true,
  activation: true,
  seed: true,
};

/** The options of networks that exist for large images and for small ones. */
export interface StemOptions extends NetworkOptions {
  /**
   * How the network begins: `"imagenet"`, the default, as in the paper, for images of 224 x 224;
   * `"cifar"` without the strides and the pooling that would leave nothing of 32 x 32.
   */
  stem?: "imagenet" | "cifar";
}

/** Their names. */
export const STEM: Known<StemOptions> = { ...NETWORK, stem: true };

/** Options with nothing left open. */
export interface NetworkSettings {
  /** Height, width and channels of an image. */
  readonly inputShape: readonly [height: number | null, width: number | null, channels: number];
  /** The number of classes. */
  readonly classes: number;
  /** Whether the classifier is there. */
  readonly includeTop: boolean;
  /** The activation at the end. */
  readonly activation: ActivationName;
  /** Whether it begins as for images of 32 x 32. */
  readonly small: boolean;
}

/**
 * Makes a network of its options: checks them, gives `connect` an input and the settings, and makes
 * a model of what comes out. Of images that are too small for it, the error says which size is enough.
 *
 * @param what The network with its article, for messages: `a ResNet-50`.
 * @param name The name of the model.
 */
export function makeNetwork<Options extends StemOptions>(
  [what, name]: readonly [what: string, name: string],
  options: Options,
  known: Known<Options>,
  connect: (x: SymbolicTensor, settings: NetworkSettings) => SymbolicTensor | SymbolicTensor[],
  small = options?.stem === "cifar",
): Model {
  const action = `make ${what}`;
  checkOptions(action, options, known);
  checkOneOf(action, "stem", options.stem ?? "imagenet", ["imagenet", "cifar"]);
  const { inputShape = small ? [32, 32, 3] : [224, 224, 3], classes = small ? 10 : 1000 } = options;
  const { includeTop = true, activation = "linear", seed } = options;
  checkCount(action, "classes", classes);
  activationOf(activation); // Throws for a name that does not exist.
  if (!Array.isArray(inputShape) || inputShape.length !== 3 || inputShape[2] === null) {
    throw new RangeError(
      `Cannot ${action} as inputShape must be [height, width, channels], with null for a height or ` +
        `width that is not known: current ${JSON.stringify(inputShape)}`,
    );
  }
  const settings = { inputShape, classes, includeTop, activation, small };
  const input = new Input({ shape: inputShape });
  let outputs: SymbolicTensor | SymbolicTensor[];
  try {
    outputs = connect(input, settings);
  } catch (error) {
    const [height, width, channels] = inputShape;
    const fits = (least: number | undefined): least is number =>
      least !== undefined && Math.min(height ?? least, width ?? least) >= least;
    const least = error instanceof ShapeError ? smallest(channels, settings, connect) : undefined;
    if (least === undefined || fits(least)) throw error;
    const other = "stem" in known && !small &&
      fits(smallest(channels, { ...settings, small: true }, connect));
    throw new ShapeError(
      action,
      `its images must be at least ${least} x ${least}, or nothing is left of them`,
      [],
      `${height} x ${width}${other ? '. Small ones go with { stem: "cifar" }' : ""}`,
    );
  }
  return new Model({ inputs: input, outputs, name, seed });
}

/** The size of the smallest square images that a network can be connected for, if there is one. */
function smallest(
  channels: number,
  settings: NetworkSettings,
  connect: (x: SymbolicTensor, settings: NetworkSettings) => unknown,
): number | undefined {
  for (let n = 1; n <= 224; n++) {
    const inputShape = [n, n, channels] as const;
    try {
      connect(new Input({ shape: inputShape }), { ...settings, inputShape });
      return n;
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
    }
  }
}

/**
 * Checks which one of a family is wanted.
 *
 * @throws {RangeError} that lists those there are.
 */
export function checkDepth(family: string, depth: number, known: readonly number[]): void {
  if (known.includes(depth)) return;
  throw new RangeError(
    `Cannot make ${family} as its depth must be one of ${known.join(", ")}: current ` +
      (typeof depth === "string" ? JSON.stringify(depth) : depth),
  );
}
