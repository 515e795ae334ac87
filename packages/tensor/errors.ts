/** The errors of Neurite, so that a program can tell them apart with `instanceof`. */
import { printable } from "./texts.ts";
import { brand } from "./shared.ts";

/** A message that a terminal can be given, names out of files included. */
const messageOf = (text: string) => printable(text, 4000, true);

/**
 * Formats a shape for a message: `[2, 3]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatShape } from "@neurite/tensor";
 *
 * assertEquals(formatShape([2, 3]), "[2, 3]");
 * ```
 */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/**
 * Shapes that do not fit an operation; carries the operation and the shapes it was given.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { add, ShapeError } from "@neurite/tensor";
 *
 * const error = assertThrows(() => add([1, 2], [1, 2, 3]), ShapeError);
 * assertEquals(error.operation, "add");
 * assertEquals(error.shapes, [[2], [3]]);
 * ```
 */
export class ShapeError extends Error {
  static {
    brand(this, "ShapeError");
  }
  /** The class's name, as `error.name`. */
  override readonly name = "ShapeError";
  /** The operation that refused. */
  readonly operation: string;
  /** The shapes it was given. */
  readonly shapes: readonly (readonly number[])[];

  /** `Cannot <operation> as <rule>: current <shapes>.` */
  constructor(
    operation: string,
    rule: string,
    shapes: readonly (readonly number[])[] = [],
    current: string = shapes.map(formatShape).join(" and "),
  ) {
    super(messageOf(`Cannot ${operation} as ${rule}: current ${current}`));
    this.operation = operation;
    this.shapes = shapes.map((shape) => [...shape]);
  }
}

/**
 * An element type that an operation does not take.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { addScaled, DTypeError, tensor } from "@neurite/tensor";
 *
 * const labels = tensor([1, 2], { dtype: "int32" });
 * assertThrows(() => addScaled(labels, labels, 2), DTypeError);
 * ```
 */
export class DTypeError extends Error {
  static {
    brand(this, "DTypeError");
  }
  /** The class's name, as `error.name`. */
  override readonly name = "DTypeError";

  /** Takes the message. */
  constructor(message: string) {
    super(messageOf(message));
  }
}

/**
 * A backend that is unknown, absent, or asked for what it cannot do; lists what is available.
 *
 * @example
 * ```ts
 * import { assert, assertRejects } from "@std/assert";
 * import { BackendError, type BackendName, useBackend } from "@neurite/tensor";
 *
 * const error = await assertRejects(() => useBackend("abacus" as BackendName), BackendError);
 * assert(error.available.includes("reference"));
 * ```
 */
export class BackendError extends Error {
  static {
    brand(this, "BackendError");
  }
  /** The class's name, as `error.name`. */
  override readonly name = "BackendError";
  /** The backends that can be used here. */
  readonly available: readonly string[];

  /** The message is followed by the list of available backends. */
  constructor(message: string, available: readonly string[] = []) {
    const list = available.length ? `. Available here: ${available.join(", ")}` : "";
    super(messageOf(message + list));
    this.available = available;
  }
}

/**
 * A tensor that is used after it was disposed.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { DisposedError, tensor } from "@neurite/tensor";
 *
 * const x = tensor([1, 2]);
 * x.dispose();
 * assertThrows(() => x.dataSync(), DisposedError);
 * ```
 */
export class DisposedError extends Error {
  static {
    brand(this, "DisposedError");
  }
  /** The class's name, as `error.name`. */
  override readonly name = "DisposedError";

  /** Takes the message. */
  constructor(message: string) {
    super(messageOf(message));
  }
}

/** What a {@linkcode DataError} carries beside its message. */
export interface DataErrorDetails {
  /** The file the data came from. */
  file?: string;
  /** Where in the file or array, in bytes or elements. */
  offset?: number;
  /** What was expected there. */
  expected?: string | number;
  /** What was found instead. */
  found?: string | number;
  /** The error underneath. */
  cause?: unknown;
}

/**
 * Data that cannot be used: a foreign or truncated file, a wrong hash, NaN where numbers belong.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { checkFinite, DataError, tensor } from "@neurite/tensor";
 *
 * const error = assertThrows(() => checkFinite(tensor([1, NaN]), "the inputs"), DataError);
 * assertEquals(error.offset, 1);
 * ```
 */
export class DataError extends Error {
  static {
    brand(this, "DataError");
  }
  /** The class's name, as `error.name`. */
  override readonly name = "DataError";
  /** The file the data came from. */
  readonly file?: string;
  /** Where in the file or array, in bytes or elements. */
  readonly offset?: number;
  /** What was expected there. */
  readonly expected?: string | number;
  /** What was found instead. */
  readonly found?: string | number;

  /** `message`, and the details as properties. */
  constructor(message: string, details: DataErrorDetails = {}) {
    super(messageOf(message), { cause: details.cause });
    this.file = details.file;
    this.offset = details.offset;
    this.expected = details.expected;
    this.found = details.found;
  }
}

/**
 * A loss, or a gradient, that became NaN or infinite; names the epoch and step, and the layer where it
 * is known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DivergedError } from "@neurite/tensor";
 *
 * const error = new DivergedError(NaN, 3, 17, "layer 2");
 * assertEquals([error.epoch, error.step], [3, 17]);
 * ```
 */
export class DivergedError extends Error {
  static {
    brand(this, "DivergedError");
  }
  /** The class's name, as `error.name`. */
  override readonly name = "DivergedError";
  /** The epoch, counted from 1; `undefined` in a loop of one's own, which knows it. */
  readonly epoch: number | undefined;
  /** The step within the epoch, counted from 1. */
  readonly step: number;

  /** `Cannot go on training as <what> must be finite: current <value> in epoch <epoch>, step <step>` */
  constructor(
    value: number,
    epoch: number | undefined,
    step: number,
    where = "",
    what = "the loss",
  ) {
    super(messageOf(
      `Cannot go on training as ${what} must be finite: current ${value} in ` +
        `${epoch === undefined ? "" : `epoch ${epoch}, `}step ${step}${where && `, ${where}`}. A ` +
        "smaller learning rate often helps",
    ));
    this.epoch = epoch;
    this.step = step;
  }
}
