/** The model that Keras's configuration describes. */
import { type Model, whileLoading } from "@neurite/nn";
import { DataError, globalRng } from "@neurite/tensor";
import { listed } from "../refuse.ts";
import type { Findings } from "./read_layer.ts";
import { type ReadLayer, readModel } from "./read_model.ts";
import { isKerasConfig } from "./words.ts";

/**
 * The model that a configuration describes, of no more numbers than the file has, and of none that the
 * global generator misses.
 *
 * @param version The major version of the Keras whose words are used.
 * @throws {DataError} that lists all layers and options that Neurite does not have, or says what is wrong.
 */
export function makeModel(
  describe: () => unknown,
  version: number,
  file: string,
  numbers: number,
): ReadLayer {
  const findings: Findings = { version, missing: [] }, rng = globalRng(), { state } = rng;
  let found: string, cause: unknown;
  try {
    const config = describe();
    if (!isKerasConfig(config) && !Array.isArray((config as { config?: unknown })?.config)) {
      throw new RangeError("no class with a configuration");
    }
    const read = whileLoading(numbers, () => {
      const made = readModel(config as Parameters<typeof readModel>[0], findings);
      if (made !== undefined) void (made.layer as Model).weights; // Makes them.
      return made;
    });
    if (read !== undefined) return read;
    found = listed(findings.missing);
  } catch (error) {
    cause = error;
    found = (error as Error).message;
  } finally {
    rng.state = state;
  }
  const rule = cause === undefined
    ? "its layers must be ones that Neurite has"
    : "its model must be made of known parts";
  throw new DataError(`Cannot read ${file} as ${rule}: current ${found}`, {
    file,
    expected: "known layers",
    found: cause === undefined ? findings.missing.join("\n") : found,
    cause,
  });
}
