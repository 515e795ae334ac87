import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import {
  SampleCallback,
  type TextCell,
  TextGenerator,
  textGenerator,
  type TextGeneratorOptions,
} from "@neurite/lstm-gru";
import { Adam, Dense, LambdaCallback, loadModel, Sequential } from "@neurite/nn";
import { Characters, collect } from "@neurite/rnn";
import { DataError, DivergedError, full, mul, tensor } from "@neurite/tensor";
import { assertClose } from "../../testing/close.ts";

const CORPUS = "the quick brown fox jumps over the lazy dog. ".repeat(20);
const small: TextGeneratorOptions = { hiddenSize: 32, seqLength: 12, batchSize: 16, seed: 1 };
const quiet = { verbose: 0 } as const;

/** Runs `f` with the path of a file that is gone afterwards. */
async function withFile<T>(f: (path: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await f(`${folder}/generator.safetensors`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const WAYS: Record<string, TextGeneratorOptions> = {
  "all positions": {},
  "the next one of each window": { predict: "next", batchSize: 32 },
  "an embedding, two layers": { embedding: 8, layers: 2 },
};

for (const cell of ["lstm", "gru", "rnn"] as TextCell[]) {
  for (const [way, options] of Object.entries(WAYS)) {
    Deno.test(`${cell}, ${way}: learns a sentence by heart`, async () => {
      const optimizer = new Adam({ learningRate: 0.01 });
      const generator = textGenerator(CORPUS, { ...small, cell, optimizer, ...options });
      const epochs = options.predict === "next" ? 12 : 60;
      const { history } = await generator.train({ epochs, ...quiet });
      assert(history.loss.at(-1)! < 0.15, `loss ${history.loss.at(-1)}`);
      const written = generator.sample("the quick br", 60, { greedy: true });
      assertEquals(written, CORPUS.slice(12, 72));
      assert(generator.evaluateText(CORPUS).perplexity < 1.6);
    });
  }
}

Deno.test("what is held out is measured after each epoch, and is not learnt", async () => {
  const strange = "zzzz yyyy xxxx wwww vvvv qqqq kkkk jjjj zzzz yyyy xxxx wwww qqqq ";
  const generator = textGenerator(CORPUS + strange, {
    ...small,
    validationSplit: strange.length / (CORPUS.length + strange.length),
  });
  const seen: number[] = [];
  const watch = new LambdaCallback({ onEpochEnd: (_, logs) => void seen.push(logs.valLoss) });
  const { history } = await generator.train({ epochs: 20, callbacks: [watch], ...quiet });
  assertEquals(history.valLoss, seen);
  assert(history.valLoss.at(-1)! > history.loss.at(-1)! + 1);
  const { loss, perplexity, characters } = generator.evaluateText(strange);
  assertEquals(characters, 5 * 12); // 64 in tracks that are no shorter than a window
  assert(Math.abs(loss - seen.at(-1)!) < 1e-6 && Math.abs(perplexity - Math.exp(loss)) < 1e-9);
});

Deno.test("an untrained network is about as good as guessing", () => {
  const { perplexity } = textGenerator(CORPUS, small).evaluateText(CORPUS);
  const { size } = Characters.of(CORPUS);
  assert(Math.abs(perplexity - size) < 0.15 * size, `${perplexity} of ${size}`);
});

Deno.test("a step of sampling goes on from the state: as reading the whole text", async () => {
  for (const cell of ["lstm", "gru", "rnn"] as TextCell[]) {
    const generator = textGenerator(CORPUS, { ...small, cell, layers: 2 });
    const numbers = generator.characters.encode("the lazy fox");
    let state = generator.begin(), logits: ArrayLike<number> = [];
    for (const number of numbers) ({ state, logits } = await generator.step(state, number));
    const z = Float64Array.from(logits), top = Math.max(...z), e = z.map((v) => Math.exp(v - top));
    const total = e.reduce((a, b) => a + b);
    generator.resetStates();
    const last = (generator.predict([[...numbers]]).array() as number[][][])[0].at(-1)!;
    generator.resetStates();
    last.forEach((p, i) => assert(Math.abs(p - e[i] / total) < 1e-6, `${cell} ${i}`));
  }
});

Deno.test("sampling: the same seed, the same text; all at once or as it is drawn", async () => {
  const generator = textGenerator(CORPUS, small), options = { seed: 5, temperature: 0.8 };
  const text = generator.sample("fox", 50, options);
  assertEquals(text.length, 50);
  assertEquals(generator.sample("fox", 50, options), text);
  assertEquals((await collect(generator.stream("fox", 50, options))).join(""), text);
  assertNotEquals(generator.sample("fox", 50, { ...options, seed: 6 }), text);
  assertEquals(generator.sample("fox", 0), "");
});

Deno.test("sampling never stops early, however sharp the distribution", () => {
  for (const scale of [1e4, 1e30, 3e36]) {
    const generator = textGenerator(CORPUS, small), [kernel] = generator.layers.at(-1)!.weights;
    kernel.value.assign(mul(kernel.value, scale));
    assertEquals(generator.sample("fox", 200, { seed: 1 }).length, 200);
  }
});

Deno.test("bad requests for samples say what is wrong", () => {
  const generator = textGenerator(CORPUS, small);
  for (const temperature of [0, -1, NaN, Infinity]) {
    assertThrows(() => generator.sample("fox", 5, { temperature }), RangeError, "temperature");
  }
  assertThrows(() => generator.sample("", 5), DataError, "at least one character");
  assertThrows(() => generator.sample("fox", -1), RangeError, "current -1");
  const error = assertThrows(() => generator.sample("fox €!", 5), DataError);
  assert(error.message.includes('"€" at 4, "!" at 5'), error.message);
  generator.layers[0].weights[0].value.assign(full([generator.symbols, 128], NaN));
  assertThrows(() => generator.sample("fox", 5), RangeError, "current NaN");
});

Deno.test("a corpus that is empty, too short, or strange is refused", () => {
  assertThrows(() => textGenerator(""), DataError, "at least one");
  assertThrows(() => textGenerator("abc", small), DataError, "longer than a window of 12");
  assertThrows(
    () => textGenerator(CORPUS, { ...small, validationSplit: 0.01 }),
    DataError,
    "the end of the corpus that is held out",
  );
  assertThrows(() => textGenerator(CORPUS, { ...small, validationSplit: 1 }), RangeError);
  const generator = textGenerator(CORPUS, small);
  assertThrows(() => generator.setCorpus("THE quick brown fox"), DataError, '"T" at 0, "H" at 1');
  assertThrows(() => generator.evaluateText("fox"), DataError, "current 3");
});

Deno.test("options that make no sense are refused", () => {
  const make = (options: Record<string, unknown>) => () => textGenerator(CORPUS, options);
  assertThrows(make({ cell: "LSTM" }), RangeError, 'one of lstm, gru, rnn: current "LSTM"');
  assertThrows(make({ predict: "some" }), RangeError, "predict must be one of all, next");
  for (const name of ["hiddenSize", "layers", "seqLength", "batchSize"]) {
    assertThrows(make({ [name]: 0 }), RangeError, `${name} must be an integer`);
  }
});

Deno.test("a loss that is not finite stops the training and names the place", async () => {
  const generator = textGenerator(CORPUS, small);
  generator.layers[0].weights[0].value.assign(full([generator.symbols, 128], NaN));
  const error = await assertRejects(() => generator.train(quiet), DivergedError);
  assert(error.message.includes('layer "lstm"'), error.message);
});

Deno.test("training without a corpus says where one comes from", async () => {
  const generator = new TextGenerator(Characters.of("abc"));
  await assertRejects(() => generator.train(quiet), DataError, "Give it by setCorpus");
});

for (const predict of ["all", "next"] as const) {
  Deno.test(`${predict}: saved after an epoch and loaded, it goes on to the bit`, async () => {
    await withFile(async (path) => {
      const options = { ...small, predict, dropout: 0.1, optimizer: undefined };
      const generator = textGenerator(CORPUS, options);
      await generator.train({ epochs: 1, ...quiet });
      await generator.save(path);
      await generator.train({ epochs: 3, resume: true, ...quiet });

      const again = await loadModel(path) as TextGenerator;
      assert(again instanceof TextGenerator);
      again.setCorpus(CORPUS);
      await again.train({ epochs: 3, resume: true, ...quiet });
      const [mine, theirs] = [generator, again].map((g) => g.getWeights().map((w) => w.array()));
      assertEquals(theirs, mine);
      assertEquals(again.sample("fox", 30, { seed: 1 }), generator.sample("fox", 30, { seed: 1 }));
    });
  });
}

for (const predict of ["all", "next"] as const) {
  Deno.test(`${predict}: stopped within an epoch and resumed, it learns the same to the bit`, async () => {
    const weightsOf = (generator: TextGenerator) => generator.getWeights().map((w) => w.array());
    const options = { ...small, predict, dropout: 0.1 };
    const whole = textGenerator(CORPUS, options), parts = textGenerator(CORPUS, options);
    await whole.train({ epochs: 2, ...quiet });
    const stop = new AbortController();
    const after = new LambdaCallback({
      onTrainBatchEnd: (step) => void (step === 2 && stop.abort()),
    });
    await parts.train({ epochs: 2, callbacks: [after], signal: stop.signal, ...quiet });
    assertEquals(parts.progress.step, 3);
    assertNotEquals(weightsOf(parts), weightsOf(whole));
    assertEquals(parts.sample("fox", 10, { greedy: true }).length, 10); // leaves the states alone
    await parts.train({ epochs: 2, resume: true, ...quiet });
    assertEquals(weightsOf(parts), weightsOf(whole));
  });
}

Deno.test("the callback shows a sample after each epoch, of text generators only", async () => {
  const shown: string[] = [], generator = textGenerator(CORPUS, small);
  const callback = new SampleCallback({ length: 30, print: (text) => shown.push(text) });
  await generator.train({ epochs: 2, callbacks: [callback], ...quiet });
  assertEquals(shown.length, 2);
  for (const [i, text] of shown.entries()) {
    const [, epoch, before, after] = /^after epoch (\d), (".*") goes on:\n([^]{30})\n$/.exec(text)!;
    assertEquals(Number(epoch), i + 1);
    assert(CORPUS.includes(JSON.parse(before)));
    assertEquals(after.length, 30);
  }
  const other = new Sequential([new Dense(1)]);
  other.compile({ optimizer: "sgd", loss: "mse" });
  const fit = () => other.fit([[1]], [[1]], { callbacks: [callback], ...quiet });
  await assertRejects(fit, TypeError, "current Sequential");
});

Deno.test("evaluating, predicting and sampling between a stop and its resumption change nothing", async () => {
  const stop = async (between: (generator: TextGenerator) => unknown) => {
    const generator = textGenerator(CORPUS, { ...small, batchSize: 4 }),
      done = new AbortController();
    const onTrainBatchEnd = (step: number) => {
      if (step === 4) done.abort();
    };
    const callbacks = [new LambdaCallback({ onTrainBatchEnd })];
    await generator.train({ epochs: 2, callbacks, signal: done.signal, ...quiet });
    await between(generator);
    const { history } = await generator.train({ epochs: 2, resume: true, ...quiet });
    return [history.loss, generator.getWeights().map((w) => w.array())];
  };
  const right = await stop(() => {});
  assertEquals(await stop((g) => g.evaluateText(CORPUS)), right);
  assertEquals(await stop((g) => g.predict([[1, 2, 3], [3, 2, 1], [1, 1, 1]]).dispose()), right);
  assertEquals(await stop((g) => g.sample("the", 9, { seed: 3 })), right);
  const y = [[1, 1, 1], [2, 2, 2]];
  assertEquals(await stop((g) => g.evaluate([[1, 2, 3], [3, 2, 1]], y)), right);
});

Deno.test("a prediction is the same each time, in batches of any size", () => {
  const generator = textGenerator(CORPUS, small), x = [[1, 2], [3, 4], [5, 6], [7, 8], [9, 1]];
  const first = generator.predict(x).array();
  assertEquals(generator.predict(x).array(), first);
  const [, , third] = generator.predict(x, { batchSize: 2 }).array() as number[][][];
  assertClose(tensor(third), (first as number[][][])[2], 1e-6);
});

Deno.test("the callback refuses bad options before the first epoch, and leaves the training alone", async () => {
  const generator = textGenerator(CORPUS, small);
  for (const options of [{ temperature: 0 }, { seedText: "~" }, { length: -1 }, { topK: 999 }]) {
    const callbacks = [new SampleCallback(options)];
    await assertRejects(() => generator.train({ callbacks, ...quiet }), Error, "Cannot");
    assertEquals(generator.progress, { epoch: 0, step: 0 });
  }
  const trained = async (...callbacks: SampleCallback[]) => {
    const generator = textGenerator(CORPUS, { ...small, dropout: 0.2 });
    await generator.train({ epochs: 2, callbacks, ...quiet });
    return generator.getWeights().map((w) => w.array());
  };
  assertEquals(await trained(new SampleCallback({ print: () => {} })), await trained());
});

Deno.test("options that are undefined are those left out, and an excerpt has a length", () => {
  const options = {
    hiddenSize: undefined,
    layers: undefined,
    seqLength: undefined,
    batchSize: undefined,
  };
  const generator = textGenerator(CORPUS, { ...options, seed: 1 });
  assertEquals([generator.seqLength, generator.batchSize], [40, 64]);
  for (const length of [-5, 2.5, NaN]) {
    assertThrows(() => generator.excerpt(length), RangeError, "Cannot take an excerpt");
  }
  assertThrows(() => textGenerator(undefined as unknown as string), DataError, "current undefined");
});

Deno.test("SampleCallback shows what a terminal would obey as escapes", async () => {
  const generator = textGenerator("\x1b\x9b\u202e".repeat(100), { ...small, seqLength: 3 });
  let shown = "";
  const callback = new SampleCallback({ length: 30, print: (text) => shown += text });
  await generator.train({ epochs: 1, callbacks: [callback], ...quiet });
  assert(/\\u001b.* goes on:\n[^]*(\\u001b|\\u009b|\\u202e)/.test(shown), shown);
  assert(!/(?!\n)[\p{Cc}\u202e]/u.test(shown));
});

Deno.test("a frozen layer of a text generator stays frozen in files", () =>
  withFile(async (path) => {
    const generator = textGenerator(CORPUS, small);
    generator.layers[0].trainable = false;
    await generator.train({ epochs: 1, ...quiet });
    await generator.save(path);
    const again = await loadModel(path) as TextGenerator;
    assertEquals(again.layers.map(({ trainable }) => trainable), [false, true]);
    assertEquals(again.trainableWeights.length, generator.trainableWeights.length);
    assertEquals(
      again.layers[0].weights[0].value.array(),
      generator.layers[0].weights[0].value.array(),
    );
  }));
