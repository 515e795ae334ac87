/** What a network sees in a photograph. */
import type { Model } from "@neurite/nn";
import { ShapeError, softmax, tidy } from "@neurite/tensor";
import { checkCount, checkOptions, quoted } from "@neurite/tensor/internal";
import { imagenetLabels } from "./imagenet_labels.ts";
import type { Image } from "./image.ts";
import { preprocess, type PreprocessOptions } from "./preprocess.ts";

/** How {@linkcode classify} looks. */
export interface ClassifyOptions {
  /** The names of the classes, in order; ImageNet's 1000 by default. */
  readonly labels?: readonly string[];
  /** How many classes are told, the most probable first; 5 by default. */
  readonly top?: number;
  /** How the photograph is prepared; as torchvision does it, in the size that the model takes, by default. */
  readonly preprocess?: PreprocessOptions;
}

const OPTIONS: Record<keyof ClassifyOptions, true> = { labels: true, top: true, preprocess: true };

/** A class that a photograph may be of. */
export interface Guess {
  /** The name of the class. */
  readonly label: string;
  /** Its number. */
  readonly index: number;
  /** How probable it is, from 0 to 1. */
  readonly probability: number;
}

/**
 * The most probable classes of a photograph. The model takes `[height, width, 3]` and gives logits, or
 * probabilities where it ends with softmax; its first output counts.
 *
 * @throws {ShapeError} where the model does not take photographs. @throws {RangeError} where there are not
 * as many labels as it has classes, or `top` is not from 1 to that number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { classify } from "@neurite/images";
 * import { Dense, Flatten, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([
 *   new Flatten({ inputShape: [8, 8, 3] }),
 *   new Dense(2, { activation: "softmax" }),
 * ], { seed: 1 });
 * const image = { width: 9, height: 9, channels: 1, data: new Uint8Array(81) } as const;
 * const guesses = await classify(model, image, { labels: ["cat", "dog"], top: 2 });
 * assertEquals(guesses.map(({ label }) => label).sort(), ["cat", "dog"]);
 * ```
 */
export async function classify(
  model: Model,
  image: Image,
  options: ClassifyOptions = {},
): Promise<Guess[]> {
  const action = "classify a photograph";
  checkOptions(action, options, OPTIONS);
  const { labels = imagenetLabels, top = Math.min(5, labels.length) } = options;
  checkCount(action, "top", top);
  const size = sizeOf(action, model);
  const probabilities = tidy(() => {
    const y = model.predictAll(preprocess(image, { size, ...options.preprocess }))[0];
    return model.outputs[0].node?.layer.activationName === "softmax" ? y : softmax(y);
  });
  try {
    const { shape } = probabilities;
    if (shape.length !== 2 || shape[1] !== labels.length || top > labels.length) {
      throw new RangeError(
        `Cannot ${action} as there must be a label for each class, and top be at most their number: ` +
          `current ${labels.length} labels for results of shape [${
            shape.slice(1).join(", ")
          }], top ${top}`,
      );
    }
    const values = Array.from(await probabilities.data());
    return values.map((probability, index) => ({ label: labels[index], index, probability }))
      .sort((a, b) => b.probability - a.probability).slice(0, top);
  } finally {
    probabilities.dispose();
  }
}

/** The side of the photographs that a model takes; 224 where it takes all sizes. */
function sizeOf(action: string, model: Model): number {
  const shape = model.inputShape ?? [null, null, 3];
  const [height, width, channels] = shape;
  if (shape.length === 3 && height === width && (channels === 3 || channels === null)) {
    return height ?? 224;
  }
  const known = shape.map((n) => n ?? -1);
  throw new ShapeError(
    action,
    `model ${quoted(model.name)} must take squares in three colours, [size, size, 3]`,
    [known],
  );
}
