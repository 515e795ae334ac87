/** Names of classes as integers, and back. */
import { DataError, isNdArray, type NdArray, ndarray, rowMajor } from "@neurite/tensor";
import { byCodePoint } from "./code_points.ts";

/** The name of a class. */
export type Label = string | number | boolean;

/** A {@linkcode LabelEncoder} as plain data, for JSON. */
export interface LabelEncoderJSON {
  /** The classes, in the order of their numbers. */
  classes: Label[];
}

/** How many unknown labels an error lists. */
const LISTED = 10;

/**
 * Numbers classes from 0 in their order: texts by code points, numbers by size, `false` before `true`.
 * The names are scikit-learn's. Put it into `model.metadata`, and it is saved with the model.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LabelEncoder } from "@neurite/datasets";
 *
 * const encoder = new LabelEncoder();
 * assertEquals([...encoder.fitTransform(["oak", "ash", "oak"]).data], [1, 0, 1]);
 * assertEquals(encoder.inverseTransform([0, 1]), ["ash", "oak"]);
 * const again = LabelEncoder.fromJSON(JSON.parse(JSON.stringify(encoder)));
 * assertEquals(again.classes, ["ash", "oak"]);
 * ```
 */
export class LabelEncoder {
  #classes: readonly Label[] | undefined;
  #numbers: ReadonlyMap<Label, number> = new Map();

  /**
   * The encoder that {@linkcode LabelEncoder.toJSON} wrote.
   *
   * @throws {DataError} if it is not made of different classes.
   */
  static fromJSON(json: unknown): LabelEncoder {
    const { classes } = (json ?? {}) as Partial<LabelEncoderJSON>;
    const kinds = new Set(Array.isArray(classes) ? classes.map((one) => typeof one) : ["none"]);
    const [kind] = kinds, encoder = new LabelEncoder();
    const fits = kinds.size === 1 && /^(string|number|boolean)$/.test(kind) &&
      new Set(classes).size === classes!.length;
    if (!fits) {
      throw new DataError(
        "Cannot read a label encoder as it must be { classes: [...] }, all different and of one type: " +
          `current ${JSON.stringify(json)?.slice(0, 60)}`,
      );
    }
    encoder.#take(classes!);
    return encoder;
  }

  #take(classes: readonly Label[]): void {
    this.#classes = Object.freeze([...classes]);
    this.#numbers = new Map(classes.map((label, number) => [label, number]));
  }

  /** The classes, in the order of their numbers; throws `TypeError` before `fit`. */
  get classes(): readonly Label[] {
    if (this.#classes) return this.#classes;
    throw new TypeError(
      "Cannot encode labels as the encoder must know them: current none. Call fit",
    );
  }

  /**
   * Takes the classes of labels.
   *
   * @throws {DataError} if there is none, they are of several types, or one is missing.
   */
  fit(labels: NdArray | ArrayLike<Label>): this {
    const all = valuesOf(labels), kinds = [...new Set(all.map((label) => typeof label))];
    const missing = all.findIndex((label) => label === null || Number.isNaN(label));
    if (all.length > 0 && missing < 0 && /^(string|number|boolean)$/.test(kinds.join())) {
      this.#take([...new Set(all)].sort(byLabel));
      return this;
    }
    const found = all.length === 0
      ? "none"
      : missing >= 0
      ? `${all[missing]} at ${missing}`
      : kinds.join(" and ");
    throw new DataError(
      "Cannot encode labels as there must be some, all of them texts, numbers or booleans: current " +
        found,
      { offset: Math.max(missing, 0), found },
    );
  }

  /**
   * The numbers of labels, int32 `[n]`.
   *
   * @throws {DataError} for labels that were not there at `fit`: lists them.
   */
  transform(labels: NdArray | ArrayLike<Label>): NdArray<Int32Array> {
    const { classes } = this, all = valuesOf(labels);
    const numbers = Int32Array.from(all, (label) => this.#numbers.get(label) ?? -1);
    const offset = numbers.indexOf(-1);
    if (offset < 0) return ndarray(numbers, [numbers.length]);
    const unknown = [...new Set(all.filter((label) => !this.#numbers.has(label)))];
    const more = unknown.length > LISTED ? ` and ${unknown.length - LISTED} more` : "";
    const listed = unknown.slice(0, LISTED).map((label) => JSON.stringify(label)).join(", ");
    throw new DataError(
      `Cannot encode labels as each must be one of ${classes.length} classes, ${
        classes.slice(0, LISTED).join(", ")
      }${classes.length > LISTED ? ", ..." : ""}: current ${listed}${more}`,
      { offset, found: String(all[offset]) },
    );
  }

  /** {@linkcode LabelEncoder.fit} and {@linkcode LabelEncoder.transform}. */
  fitTransform(labels: NdArray | ArrayLike<Label>): NdArray<Int32Array> {
    return this.fit(labels).transform(labels);
  }

  /**
   * The classes of numbers, such as those that `argmax` finds.
   *
   * @throws {DataError} if one is the number of no class.
   */
  inverseTransform(numbers: NdArray | ArrayLike<number>): Label[] {
    const { classes } = this;
    return Array.from(isNdArray(numbers) ? rowMajor(numbers) : numbers, (number, offset) => {
      if (Object.hasOwn(classes, number)) return classes[Number(number)];
      throw new DataError(
        `Cannot name classes as every number must be an integer from 0 to ${classes.length - 1}: ` +
          `current ${number} at ${offset}`,
        { offset, expected: `0 to ${classes.length - 1}`, found: Number(number) },
      );
    });
  }

  /** Plain data for `JSON.stringify`, which {@linkcode LabelEncoder.fromJSON} reads. */
  toJSON(): LabelEncoderJSON {
    return { classes: [...this.classes] };
  }
}

/** The labels of an array with one axis, or of a plain one. */
function valuesOf(labels: NdArray | ArrayLike<Label>): Label[] {
  return Array.from((isNdArray(labels) ? rowMajor(labels) : labels) as ArrayLike<Label>);
}

/** The order of labels of one type. */
function byLabel(a: Label, b: Label): number {
  return typeof a === "string" ? byCodePoint(a, b as string) : Number(a) - Number(b);
}
