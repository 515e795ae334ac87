/** The words of Keras, and ours. */

/** `kernel_size` to `kernelSize`. */
export const camel = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** `kernelSize` to `kernel_size`. */
export const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A thing in a configuration of Keras: a class, and the options of its constructor. */
export interface KerasConfig {
  /** The name of the class. */
  readonly class_name: string;
  /** Its options. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Whether a value is a thing with a class and options. */
export function isKerasConfig(value: unknown): value is KerasConfig {
  const { class_name, config } = (value ?? {}) as Partial<KerasConfig>;
  return typeof class_name === "string" && isRecord(config);
}

/** Whether a value is an object of JSON with names. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
