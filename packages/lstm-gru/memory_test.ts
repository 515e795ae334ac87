import { assert, assertEquals } from "@std/assert";
import { textGenerator } from "@neurite/lstm-gru";
import { backendInfo } from "@neurite/tensor";

const CORPUS = "the quick brown fox jumps over the lazy dog. ".repeat(300);

/** Held, so that none is collected while another is measured. */
const generators: unknown[] = [];

for (const predict of ["all", "next"] as const) {
  Deno.test(`${predict}: training and sampling leave no tensors, and make no one-hot windows`, async () => {
    const options = { hiddenSize: 16, predict, batchSize: 128, validationSplit: 0.2, seed: 1 };
    const generator = textGenerator(CORPUS, options);
    generators.push(generator);
    const use = async () => {
      await generator.train({ verbose: 0 });
      generator.sample("fox", 300);
    };
    await use();
    const before = backendInfo();
    await use();
    const after = backendInfo();
    assertEquals(after.liveTensors, before.liveTensors);
    assertEquals(after.memoryInUse, before.memoryInUse);
    assertEquals(after.memoryReserved, before.memoryReserved);
    const oneHot = 0.8 * CORPUS.length * 40 * generator.symbols * 4;
    assert(after.memoryReserved < oneHot / 2, `${after.memoryReserved} of ${oneHot}`);
  });
}
