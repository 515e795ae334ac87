/** Models as Keras's files. */
import type { Model } from "@neurite/nn";
import { DataError, keep, stopGradient } from "@neurite/tensor";
import { writeWhole } from "@neurite/tensor/files";
import { quoted } from "@neurite/tensor/internal";
import { type Hdf5Array, writeHdf5 } from "../hdf5/mod.ts";
import { listed } from "../refuse.ts";
import { writeZip } from "../zip/write_zip.ts";
import { weightPlaces } from "./weights.ts";
import { writeModel } from "./write_model.ts";

/** The Keras whose form is written. */
const VERSION = "3.0.0";

/**
 * Writes a model as a `.keras` file, which `keras.saving.load_model` of Keras 3 reads without any code of
 * a user's own: architecture and weights, with regularizers, constraints, initial values and what is
 * frozen. The file is written beside its place and renamed.
 *
 * A convolution with an explicit border is written as a `ZeroPadding2D` and a convolution, a `StackedRNN`
 * as `RNN` with cells. Optimizer and loss are not written: compile the model there.
 *
 * @throws {DataError} that lists all layers and options that Keras does not have, or if the file cannot
 * be written.
 * @throws {ShapeError} if the model is not built.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadKeras, saveKeras } from "@neurite/formats/keras";
 * import { Dense, Sequential } from "@neurite/nn";
 *
 * const folder = await Deno.makeTempDir(), path = `${folder}/model.keras`;
 * const model = new Sequential([new Dense(2, { inputShape: [3] })], { seed: 1 });
 * await saveKeras(model, path);
 * const again = await loadKeras(path);
 * assertEquals(again.predict([[1, 2, 3]]).array(), model.predict([[1, 2, 3]]).array());
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveKeras(model: Model, path: string | URL): Promise<void> {
  await writeWhole(path, await partsOf(model));
}

/**
 * The bytes that {@linkcode saveKeras} writes, for a page to offer as a download.
 *
 * @throws what `saveKeras` throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { toKeras } from "@neurite/formats/keras";
 * import { Dense, Sequential } from "@neurite/nn";
 *
 * const bytes = await toKeras(new Sequential([new Dense(2, { inputShape: [3] })]));
 * assertEquals(String.fromCharCode(...bytes.subarray(0, 2)), "PK"); // A zip archive.
 * ```
 */
export async function toKeras(model: Model): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Blob(await partsOf(model)).arrayBuffer());
}

/** The parts of a file, in order. */
async function partsOf(model: Model): Promise<Uint8Array<ArrayBuffer>[]> {
  void model.weights; // Throws if it is not built.
  const missing: string[] = [], made = writeModel(model, missing);
  if (made === undefined || missing.length > 0) {
    throw new DataError(
      `Cannot write model ${
        quoted(model.name)
      } for Keras as its layers must be ones that Keras has: ` +
        `current${listed(missing)}`,
      { expected: "layers of Keras", found: missing.join("\n") },
    );
  }
  const places = weightPlaces(made.read).flatMap(({ path, weights }) =>
    weights.map(({ value }, i) => [`${path}/${i}`, value] as const)
  );
  // Training may go on while values are read: these keep what there is now.
  const now = places.map(([path, value]) => [path, keep(stopGradient(value))] as const);
  const arrays = new Map<string, Hdf5Array>();
  try {
    for (const [path, value] of now) {
      arrays.set(path, { shape: value.shape, data: Float32Array.from(await value.data()) });
    }
  } finally {
    for (const [, value] of now) value.dispose();
  }
  const json = (value: unknown) => [new TextEncoder().encode(JSON.stringify(value))];
  return writeZip([
    ["metadata.json", json({ keras_version: VERSION, date_saved: date() })],
    ["config.json", json(made.config)],
    ["model.weights.h5", writeHdf5(arrays)],
  ]);
}

/** The time as Keras writes it: `2026-11-28@12:00:00`. */
const date = (): string => new Date().toISOString().slice(0, 19).replace("T", "@");
