import { assertEquals } from "@std/assert";
import { type TextGenerator, textGenerator, type TextGeneratorOptions } from "@neurite/lstm-gru";
import { LambdaCallback, loadModel, ModelCheckpoint } from "@neurite/nn";

const CORPUS = "the quick brown fox jumps over the lazy dog. ".repeat(8);
const small: TextGeneratorOptions = { hiddenSize: 8, seqLength: 12, batchSize: 6, seed: 1 };

/** Every option that a training depends on, at least once. */
const WAYS: Record<string, TextGeneratorOptions> = {
  "LSTM, all": {},
  "LSTM, all, dropout, two layers": { dropout: 0.2, layers: 2 },
  "GRU, all, an embedding, a part held out": { cell: "gru", embedding: 4, validationSplit: 0.2 },
  "simple, all": { cell: "rnn" },
  "LSTM, next, dropout": { predict: "next", batchSize: 64, dropout: 0.2 },
};

/** All that a training leaves. */
const left = (generator: TextGenerator) => [
  generator.getWeights().map((weight) => weight.dataSync()),
  generator.history!.history,
  generator.progress,
  generator.optimizer!.iterations,
  generator.sample("fox", 20),
];

for (const [way, options] of Object.entries(WAYS)) {
  Deno.test(`${way}: saved after any step and loaded, it learns the same to the bit`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const whole = textGenerator(CORPUS, { ...small, ...options });
      const files: string[] = [];
      const note = new LambdaCallback({
        onTrainBatchEnd: (batch) => void files.push(`${1 + whole.progress.epoch}-${batch + 1}`),
      });
      const save = new ModelCheckpoint({ filepath: `${folder}/{epoch}-{batch}`, saveFreq: 1 });
      const training = { epochs: 2, verbose: 0 } as const;
      await whole.train({ ...training, callbacks: [note, save] });
      const expected = left(whole);
      for (const file of files) {
        const again = await loadModel(`${folder}/${file}`) as TextGenerator;
        again.setCorpus(CORPUS, options.validationSplit);
        await again.train({ ...training, resume: true });
        assertEquals(left(again), expected, file);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("an error within an epoch leaves the states: resumed, it learns the same to the bit", async () => {
  const [whole, broken] = [1, 2].map(() => textGenerator(CORPUS, small));
  const training = { epochs: 2, verbose: 0 } as const;
  await whole.train(training);
  const fail = new LambdaCallback({
    onTrainBatchEnd(batch) {
      if (batch === 2) throw new Error("the disk is full");
    },
  });
  await broken.train({ ...training, callbacks: [fail] }).then(
    () => assertEquals("ended", "failed"),
    (error) => assertEquals(error.message, "the disk is full"),
  );
  await broken.train({ ...training, resume: true });
  assertEquals(left(broken), left(whole));
});
