import { assert } from "@std/assert";
import { textGenerator } from "@neurite/lstm-gru";
import { loadModel, readSafetensors } from "@neurite/nn";
import {
  assertAllRefused,
  assertNoHarm,
  type Forms,
  withFile,
} from "../../testing/hostile_files.ts";

const CORPUS = "the quick brown fox jumps over the lazy dog. ".repeat(2);

/** Options of a generator that are none, or ask for more than the file holds. */
const OPTIONS: Record<string, Record<string, unknown>> = {
  "1e9 layers": { layers: 1e9 },
  "2^53 layers": { layers: 2 ** 53 - 1 },
  "5,000 layers": { layers: 5000 },
  "4,000 units": { hiddenSize: 4000 },
  "1e9 units": { hiddenSize: 1e9 },
  "an embedding of 1e9": { embedding: 1e9 },
  "1e6 characters": { codePoints: Array.from({ length: 1e6 }, (_, i) => i) },
  "characters that are none": { codePoints: [-1] },
  "no characters": { codePoints: null },
  "a cell that objects have": { cell: "toString" },
  "dropout that is a text": { dropout: "much" },
};

Deno.test("hostile text generators are refused at once", () =>
  withFile(async (path) => {
    const generator = textGenerator(CORPUS, { hiddenSize: 4, seqLength: 5, batchSize: 4, seed: 1 });
    await generator.train({ verbose: 0 });
    await generator.save(path);
    const { tensors, metadata } = await readSafetensors(path), own = JSON.parse(metadata.model);
    const form = (model: unknown): Forms => ({
      tensors,
      metadata: { ...metadata, model: JSON.stringify(model) },
    });
    const forms: Record<string, Forms> = {};
    for (const [what, options] of Object.entries(OPTIONS)) {
      forms[what] = form({ ...own, config: { ...own.config, ...options } });
    }
    for (const className of ["LSTM", "GRU"]) {
      const layers = [{ className, config: { units: 4000 } }];
      forms[`a ${className} of 4,000 units`] = form({
        className: "Sequential",
        config: { inputShape: [null, 1], layers },
      });
    }
    await assertAllRefused("model", path, forms);
  }));

Deno.test("changed text generators are read or refused, at once", () =>
  withFile(async (path) => {
    const options = { hiddenSize: 4, seqLength: 5, batchSize: 4, embedding: 2, layers: 2 };
    const generator = textGenerator(CORPUS, { ...options, cell: "gru", seed: 1 });
    await generator.train({ verbose: 0 });
    await generator.save(path);
    const refused = await assertNoHarm(path, loadModel, 200);
    assert(refused > 50, `${refused} refused`);
  }));
