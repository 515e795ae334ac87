/** What goes wrong between processes. */
import { brand } from "@neurite/tensor/internal";

/**
 * MPI is not there, is not the one of `mpirun`, or refuses what it was asked for.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MpiError } from "@neurite/distributed";
 *
 * const error = new MpiError("Cannot add up as ...: current MPI_ERR_TRUNCATE: message truncated", 15);
 * assertEquals([error.name, error.code], ["MpiError", 15]);
 * ```
 */
export class MpiError extends Error {
  static {
    brand(this, "MpiError");
  }
  /** The class's name, as `error.name`. */
  override readonly name = "MpiError";
  /** The error code of MPI, where it gave one; its own text stands in the message. */
  readonly code: number | undefined;

  /** Takes the message and the code. */
  constructor(message: string, code?: number) {
    super(message);
    this.code = code;
  }
}
