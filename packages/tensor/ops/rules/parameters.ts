/** Checks of the parameters of operations. */

/** Throws `RangeError` unless a parameter is a finite number. */
export function checkFinite(operation: string, parameter: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw new RangeError(
      `Cannot apply ${operation} as ${parameter} must be a finite number: current ${value}`,
    );
  }
}
