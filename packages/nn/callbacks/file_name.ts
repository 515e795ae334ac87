/** Names of files with numbers in them. */

/** A number's name, and how it is written: `02d` whole with zeros in front, `.4f` with decimals. */
const FIELD = /^(\w+)(?::(?:0(\d+)d|\.(\d+)f))?$/;

/**
 * Puts numbers in the place of `{epoch}`, `{epoch:02d}`, `{valLoss:.4f}`, as Keras does. Throws
 * `RangeError` for another form and for names that are not there.
 */
export function fileName(pattern: string, numbers: Readonly<Record<string, number>>): string {
  return pattern.replace(/\{([^{}]*)\}/g, (_, field: string) => {
    const [, name, width, decimals] = fieldOf(pattern, field);
    if (!Object.hasOwn(numbers, name)) {
      throw new RangeError(
        `Cannot name the file ${pattern} as {${field}} must be one of ${
          Object.keys(numbers).join(", ")
        }: current "${name}"`,
      );
    }
    const value = numbers[name];
    if (width !== undefined) return value.toFixed(0).padStart(Number(width), "0");
    return decimals === undefined ? String(value) : value.toFixed(Number(decimals));
  });
}

/** Throws `RangeError` where a pattern has fields of another form. */
export function checkFileName(pattern: string): void {
  for (const [, field] of pattern.matchAll(/\{([^{}]*)\}/g)) fieldOf(pattern, field);
}

function fieldOf(pattern: string, field: string): RegExpExecArray {
  const parts = FIELD.exec(field);
  if (parts !== null) return parts;
  throw new RangeError(
    `Cannot name files ${pattern} as numbers must be written like {epoch}, {epoch:02d} or ` +
      `{valLoss:.4f}: current {${field}}`,
  );
}
