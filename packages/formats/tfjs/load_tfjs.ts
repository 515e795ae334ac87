/** Models that TensorFlow.js wrote. */
import { decodeValues, type Model, type Variable } from "@neurite/nn";
import { DataError, formatShape } from "@neurite/tensor";
import { printable, quoted } from "@neurite/tensor/internal";
import { makeModel } from "../keras/make_model.ts";
import type { ReadLayer } from "../keras/read_model.ts";
import { weightsInOrder } from "../keras/weights.ts";
import { floats } from "../floats.ts";
import { listed, wrongKind } from "../refuse.ts";
import { type ModelSource, readSource, type SourceBytes } from "../source.ts";
import { type Described, readManifest } from "./manifest.ts";

/** A model of TensorFlow.js: where its `model.json` is, or all of its files, as somebody chose them in a page. */
export type TfjsSource = ModelSource | readonly File[];

/**
 * A layers model that TensorFlow.js wrote by `model.save`, or its converter of a Keras model: a
 * `model.json` with the layers and a list of weights, and files with their values, which are looked for
 * beside it. The results are TensorFlow.js's, to 1e-4 and better. Weights that were quantized to 8 or 16
 * bits are read, too. Optimizers and losses are not: compile the model to train it further.
 *
 * @param source The path or address of `model.json`, the `Response` of a server with its address; or all
 * files, in any order.
 * @throws {DataError} if it is another file, such as a graph model, or damaged, or a file is missing; if it
 * has layers or options that Neurite does not have, with a list of all of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadTfjs } from "@neurite/formats/tfjs";
 *
 * const layer = { class_name: "Dense", config: { units: 1, batch_input_shape: [null, 2] } };
 * const description = {
 *   modelTopology: { class_name: "Sequential", config: { name: "small", layers: [layer] } },
 *   weightsManifest: [{
 *     paths: ["weights.bin"],
 *     weights: [
 *       { name: "dense/kernel", shape: [2, 1], dtype: "float32" },
 *       { name: "dense/bias", shape: [1], dtype: "float32" },
 *     ],
 *   }],
 * };
 * const model = await loadTfjs([
 *   new File([JSON.stringify(description)], "model.json"),
 *   new File([new Float32Array([3, 4, 5])], "weights.bin"),
 * ]);
 * assertEquals(model.predict([[1, 2]]).array(), [[3 * 1 + 4 * 2 + 5]]);
 * ```
 */
export async function loadTfjs(source: TfjsSource): Promise<Model> {
  const { main, beside } = await filesOf(source), { file, bytes } = main;
  const json = parsed(main), topology = topologyOf(json, file);
  const weights = await readManifest(json.weightsManifest, file, beside);
  const numbers = weights.reduce((sum, { count }) => sum + count, 0);
  const size = weights.reduce((sum, { bytes }) => sum + bytes.length, bytes.length);
  // Its words are those of Keras 2.
  const read = makeModel(() => topology, 2, file, Math.min(numbers, size));
  try {
    take(matched(read, weights, file), file);
    return read.layer as Model;
  } catch (error) {
    for (const { value } of read.layer.weights) value.dispose();
    throw error;
  }
}

/** The file with the description, and how those beside it are read. */
async function filesOf(source: TfjsSource): Promise<{
  main: SourceBytes;
  beside: (name: string) => Promise<SourceBytes>;
}> {
  if (Array.isArray(source)) {
    const files = source as readonly File[], found = files.find(({ name }) => /\.json$/.test(name));
    const names = files.map(({ name }) => printable(name)).join(", ");
    if (found === undefined) {
      throw new DataError(
        `Cannot read a TensorFlow.js model as model.json must be among its files: current ${names}`,
        { expected: "model.json", found: names },
      );
    }
    return {
      main: await readSource(found),
      async beside(name) {
        const file = files.find((one) => one.name === name.replace(/^.*\//, ""));
        if (file !== undefined) return await readSource(file);
        throw new DataError(
          `Cannot read ${found.name} as the files with its weights must be given, too: current no ` +
            `${quoted(name)} among ${names}`,
          { file: found.name, expected: name, found: names },
        );
      },
    };
  }
  const place = source instanceof Response ? source.url : source;
  const main = await readSource(source as ModelSource);
  return {
    main,
    async beside(name) {
      if (place instanceof URL || typeof place === "string" && /^(https?|blob):/.test(place)) {
        return await readSource(new URL(name, place));
      }
      if (typeof place === "string" && place !== "") {
        return await readSource(`${place.replace(/[^/\\]*$/, "")}${name}`);
      }
      throw new DataError(
        `Cannot read ${main.file} as it must be known where its weights are: current bytes without a place. ` +
          "Give its path or address, or a list of all files",
        { file: main.file, expected: "a path, an address or all files", found: "bytes" },
      );
    },
  };
}

/** The description as an object. */
function parsed({ bytes, file }: SourceBytes): Readonly<Record<string, unknown>> {
  const expected = "the model.json of a TensorFlow.js model";
  if (bytes[0] !== 0x7b) throw wrongKind(file, bytes, expected);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    const found = (cause as Error).message;
    throw new DataError(`Cannot read ${file} as it must be ${expected}: current ${found}`, {
      file,
      expected,
      found,
      cause,
    });
  }
}

/** The configuration of the model. */
function topologyOf(json: Readonly<Record<string, unknown>>, file: string): unknown {
  const { format, modelTopology: topology } = json;
  const isGraph = format === "graph-model" ||
    typeof topology === "object" && topology !== null && "node" in topology;
  if (typeof topology === "object" && topology !== null && !isGraph) {
    return "model_config" in topology ? topology.model_config : topology;
  }
  const found = isGraph ? "a graph model, which has no layers" : "no modelTopology";
  throw new DataError(
    `Cannot read ${file} as it must be a layers model of TensorFlow.js: current ${found}. Write it by ` +
      "model.save, or by tensorflowjs_converter --output_format tfjs_layers_model",
    { file, expected: "a layers model", found },
  );
}

/** A weight, and what the file has for it. */
type Match = readonly [weight: Variable, described: Described];

/**
 * The weights of a model and their values: TensorFlow.js writes all that are trained and then the others,
 * its converter those of one layer after those of the other.
 */
function matched(read: ReadLayer, described: readonly Described[], file: string): Match[] {
  const byLayer = (read.inner ?? []).flatMap((one) => weightsInOrder(one));
  const orders = [weightsInOrder(read), [...new Set(byLayer)]];
  const fits = (weights: readonly Variable[]) =>
    weights.length === described.length && weights.every(({ name, value }, i) => {
      const there = lastOf(described[i].name);
      const named = there === name || there.endsWith(`_${name}`);
      return named && described[i].shape.join() === value.shape.join();
    });
  const found = orders.find(fits);
  if (found !== undefined) return found.map((weight, i) => [weight, described[i]]);
  const names = new Map((read.layer as Model).namedWeights().map(([name, w]) => [w, name]));
  const lines = Array.from({ length: Math.max(orders[1].length, described.length) }, (_, i) => {
    const weight = orders[1][i], there = described[i];
    const ours = weight ? `${names.get(weight)} ${formatShape(weight.value.shape)}` : "nothing";
    return `${printable(ours)} in the model, ${
      there ? `${printable(there.name)} ${formatShape(there.shape)}` : "nothing"
    } in the file`;
  });
  throw new DataError(
    `Cannot read ${file} as it must have the weights of its layers: current${listed(lines)}`,
    { file, expected: "the weights of each layer", found: lines.join("\n") },
  );
}

const lastOf = (name: string): string => name.replace(/^.*\//, "");

/** Gives the weights their values. */
function take(matches: readonly Match[], file: string): void {
  for (const [{ value }, { name, bytes, dtype, offset, scale, min }] of matches) {
    const raw = decodeValues({ file, name, dtype, offset }, bytes);
    value.overwrite(
      scale === undefined ? floats(raw) : Float32Array.from(raw, (q) => q * scale + min),
    );
  }
}
