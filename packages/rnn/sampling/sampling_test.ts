import {
  beamSearch,
  Bidirectional,
  CharRNN,
  collect,
  draw,
  Embedding,
  generate,
  greedy,
  ModelStepper,
  nucleusFilter,
  probabilities,
  sampler,
  SimpleRNN,
  StackedRNN,
  type Stepper,
  temperatureFilter,
  TimeDistributed,
  topKFilter,
} from "@neurite/rnn";
import { Dense, Input, Sequential } from "@neurite/nn";
import { DataError, oneHot, Rng, tidy } from "@neurite/tensor";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreaterOrEqual,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import fc from "npm:fast-check@4.10.2";

/** A chain: what follows depends on the last symbol alone. */
const chain = (after: number[][]): Stepper<number> => ({
  symbols: after.length,
  begin: () => 0,
  step: (steps, symbol) => ({ state: steps + 1, logits: after[symbol].map(Math.log) }),
});

Deno.test("sampling: filters by hand, of equal logits the first ones", () => {
  const z = [2, 0, 2, 1];
  assertEquals([...topKFilter(z, 1)], [2, -Infinity, -Infinity, -Infinity]);
  assertEquals([...topKFilter(z, 3)], [2, -Infinity, 2, 1]);
  assertEquals([...topKFilter(z, 4)], z);
  const p = [0.5, 0.25, 0.125, 0.125].map(Math.log);
  assertEquals([...nucleusFilter(p, 0.5)].map(Math.exp), [0.5, 0, 0, 0]);
  assertEquals([...nucleusFilter(p, 0.5001)].map(Math.exp), [0.5, 0.25, 0, 0]);
  assertEquals([...nucleusFilter(p, 1e-9)].map(Math.exp), [0.5, 0, 0, 0]);
  assertEquals([...nucleusFilter(p, 1)], p);
  const warm = probabilities(temperatureFilter(p, 2)),
    roots = [0.5, 0.25, 0.125, 0.125].map(Math.sqrt);
  const total = roots.reduce((a, b) => a + b);
  roots.forEach((root, i) => assertAlmostEquals(warm[i], root / total, 1e-12));
  assertEquals(greedy([1, 3, 3]), 1);
  // The temperature comes before the nucleus: cold enough, one symbol is all of it.
  const cold = sampler({ temperature: 0.1, topP: 0.9, seed: 1 }, 4);
  assertEquals(new Set(Array.from({ length: 200 }, () => cold(p))), new Set([0]));
});

Deno.test("sampling: what is drawn has the distribution of the logits", () => {
  const p = [0.1, 0.6, 0, 0.3], rng = new Rng(3), counts = [0, 0, 0, 0], n = 20_000;
  for (let i = 0; i < n; i++) counts[draw(p.map(Math.log), rng)]++;
  // Chi-square with 2 degrees of freedom: above 13.8 once in a thousand.
  const chi = p.reduce((sum, q, i) => q === 0 ? sum : sum + (counts[i] - n * q) ** 2 / (n * q), 0);
  assertEquals(counts[2], 0);
  assert(chi < 13.8, `chi-square ${chi}`);
});

Deno.test("sampling: whatever the logits and the options, a symbol that may be comes out", () => {
  const logit = fc.oneof(
    fc.double({ min: -1e300, max: 1e300, noNaN: true }),
    fc.double({ min: -30, max: 30, noNaN: true }),
    fc.constant(-Infinity),
  );
  const options = fc.record({
    temperature: fc.double({ min: 1e-300, max: 1e300, noNaN: true }),
    topK: fc.integer({ min: 1, max: 2 }),
    topP: fc.double({ min: 1e-300, max: 1, noNaN: true }),
    seed: fc.nat(),
  }, { requiredKeys: [] });
  fc.assert(fc.property(fc.array(logit, { minLength: 2, maxLength: 40 }), options, (z, options) => {
    fc.pre(z.some(Number.isFinite));
    const symbol = sampler(options, z.length)(z);
    assert(z[symbol] > -Infinity, `symbol ${symbol}`);
    const p = probabilities(z);
    assertAlmostEquals(p.reduce((a, b) => a + b), 1, 1e-9);
  }));
});

Deno.test("sampling: bad logits and options get a clear error", () => {
  assertThrows(() => draw([1, NaN], new Rng(1)), RangeError, "NaN at 1");
  assertThrows(() => greedy([Infinity, 1]), RangeError, "Infinity at 0");
  assertThrows(() => greedy([-Infinity]), RangeError, "minus infinity");
  assertThrows(() => greedy([]), RangeError);
  for (const temperature of [0, -1, NaN, Infinity]) {
    assertThrows(() => temperatureFilter([1], temperature), RangeError, "temperature");
    assertThrows(() => sampler({ temperature, greedy: true }, 3), RangeError, "temperature");
  }
  for (const topK of [0, 4, 1.5, NaN]) {
    assertThrows(() => sampler({ topK }, 3), RangeError, "from 1 to 3");
  }
  for (const topP of [0, 1.1, NaN]) assertThrows(() => sampler({ topP }, 3), RangeError, "top-p");
});

Deno.test("generate: streams, ends at the end symbol, and refuses bad prompts", async () => {
  const line = chain([[0, 1, 0], [0, 0, 1], [1, 0, 0]]);
  assertEquals(await collect(generate(line, [0], 7)), [1, 2, 0, 1, 2, 0, 1]);
  assertEquals(await collect(generate(line, [0], 7, { end: 2 })), [1, 2]);
  assertEquals(await collect(generate(line, [0, 2], 0)), []);
  const taken: number[] = [];
  for await (const symbol of generate(line, [2])) {
    taken.push(symbol);
    if (taken.length === 1000) break; // without an end of its own
  }
  assertEquals(taken.slice(-2), [2, 0]);
  for (const prompt of [[], [3], [-1], [0.5], [NaN]]) {
    await assertRejects(() => collect(generate(line, prompt, 1)), DataError, "prompt");
  }
  for (const n of [-1, 1.5, NaN]) {
    await assertRejects(() => collect(generate(line, [0], n)), RangeError);
  }
  // A stepper may take its time.
  const slow: Stepper<number> = { ...line, step: async (s, x) => await line.step(s, x) };
  assertEquals(await collect(generate(slow, [0], 3)), [1, 2, 0]);
});

Deno.test("beam search: wide enough it is exhaustive, and with width 1 greedy", async () => {
  const rng = new Rng(4), V = 3, n = 4;
  const rows = Array.from({ length: V }, () => {
    const p = Array.from({ length: V }, () => rng.uniform());
    return p.map((v) => v / p.reduce((a, b) => a + b));
  });
  const all = Array.from({ length: V ** n }, (_, i) => {
    const symbols = Array.from({ length: n }, (_, k) => Math.floor(i / V ** k) % V);
    let log = 0;
    symbols.forEach((s, k) => log += Math.log(rows[k === 0 ? 0 : symbols[k - 1]][s]));
    return { symbols, log };
  }).sort((a, b) => b.log - a.log);
  const found = await beamSearch(chain(rows), [0], n, { width: V ** n });
  assertEquals(found.length, V ** n);
  assertEquals(found[0].symbols, all[0].symbols);
  found.forEach(({ logProbability, score }, i) => {
    assertAlmostEquals(logProbability, all[i].log, 1e-9);
    assertAlmostEquals(score, all[i].log / n, 1e-9);
  });
  const [one] = await beamSearch(chain(rows), [0], n, { width: 1 });
  assertEquals(one.symbols, await collect(generate(chain(rows), [0], n, { greedy: true })));
  const [four] = await beamSearch(chain(rows), [0], n, { width: 4 });
  assertGreaterOrEqual(four.logProbability, one.logProbability);
});

Deno.test("beam search: without normalisation the short sequence wins, with it the sure one", async () => {
  // 0 begins; 3 ends. At once with 0.4, or through 1 and 2, of which every step is nearly sure.
  const steps = chain([[0, 0.6, 0, 0.4], [0, 0, 0.9, 0.1], [0, 0.3, 0.1, 0.6], [1, 0, 0, 0]]);
  const best = async (lengthPenalty: number) =>
    (await beamSearch(steps, [0], 6, { width: 3, lengthPenalty, end: 3 }))[0];
  assertEquals((await best(0)).symbols, [3]);
  const long = await best(1);
  assertEquals(long.symbols, [1, 2, 3]);
  assertAlmostEquals(long.score, Math.log(0.6 * 0.9 * 0.6) / 3, 1e-9);
  for (const options of [{ width: 0 }, { width: 1.5 }, { lengthPenalty: -1 }]) {
    await assertRejects(() => beamSearch(steps, [0], 3, options), RangeError, "Cannot search");
  }
  await assertRejects(() => beamSearch(steps, [0], 0), RangeError);
});

Deno.test("a model by steps gives what it gives for the whole window", async () => {
  const window = [3, 1, 4, 1, 0, 2], V = 5;
  const one = (returnSequences: boolean) => new SimpleRNN(6, { returnSequences });
  const models = [
    new Sequential([
      new Input({ shape: [6, V] }),
      one(true),
      one(false),
      new Dense(V, { activation: "softmax" }),
    ], { seed: 1 }),
    new Sequential([
      new Input({ shape: [6, V] }),
      new StackedRNN([one(true), one(true)]),
      new TimeDistributed(new Dense(V, { activation: "softmax" })),
    ], { seed: 2 }),
  ];
  for (const model of models) {
    const stepper = new ModelStepper(model);
    let stepped = await stepper.step(stepper.begin(), window[0]);
    const first = stepped;
    for (const symbol of window.slice(1)) stepped = await stepper.step(stepped.state, symbol);
    const whole = tidy(() => model.predict(oneHot([window], V).toNdarray()).dataSync());
    const wanted = whole.slice(-V), p = probabilities(stepped.logits);
    wanted.forEach((q, i) => assertAlmostEquals(p[i], q, 1e-6));
    // A state can be gone on from twice.
    const again = (await stepper.step(first.state, window[1])).logits;
    assertEquals(again, (await stepper.step(first.state, window[1])).logits);
    assertNotEquals(again, (await stepper.step(first.state, window[2])).logits);
    assertEquals((await beamSearch(stepper, window, 3)).length, 4);
  }
});

Deno.test("a model that cannot be stepped through is refused", () => {
  const build = (...layers: ConstructorParameters<typeof Sequential>[0] & unknown[]) =>
    new Sequential(layers, { seed: 1 });
  const x = () => new Input({ shape: [6, 5] });
  assertThrows(
    () => new ModelStepper(build(x(), new SimpleRNN(5), new Dense(4))),
    RangeError,
    "[6, 5]",
  );
  const sigmoid = build(x(), new SimpleRNN(5), new Dense(5, { activation: "sigmoid" }));
  assertThrows(() => new ModelStepper(sigmoid), RangeError, "sigmoid");
  for (
    const layer of [
      new SimpleRNN(5, { goBackwards: true }),
      new Bidirectional(new SimpleRNN(5)),
    ]
  ) {
    const backwards = build(x(), layer, new Dense(5));
    assertThrows(() => new ModelStepper(backwards), RangeError, "goes backwards");
  }
});

Deno.test("a CharRNN can be searched", async () => {
  const options = { hiddenSize: 16, seqLength: 9, learningRate: 0.1, epochs: 40, seed: 1 };
  const rnn = new CharRNN("one two three ".repeat(20), options);
  await rnn.fit();
  const [best] = await beamSearch(rnn, rnn.characters.encode("one "), 10, { width: 3 });
  assertEquals(rnn.characters.decode(best.symbols), "two three ");
});

Deno.test("generate: the rest of the program gets turns, so that an endless stream can be stopped", async () => {
  let fired = false;
  const timer = setTimeout(() => fired = true, 1), begin = performance.now();
  for await (const _ of generate(chain([[1]]), [0], Infinity, { seed: 1 })) {
    if (fired || performance.now() - begin > 10_000) break;
  }
  clearTimeout(timer);
  assert(fired);
});

Deno.test("generate, beam search: an end that is no symbol is refused", async () => {
  for (const end of [-1, 2, 0.5, NaN]) {
    const wrong = chain([[0.5, 0.5], [0.5, 0.5]]);
    await assertRejects(
      () => collect(generate(wrong, [0], 3, { end })),
      RangeError,
      "the end must",
    );
    await assertRejects(() => beamSearch(wrong, [0], 3, { end }), RangeError, "the end must");
  }
  await assertRejects(() => beamSearch(chain([[1]]), [], 3), DataError, "Cannot search");
});

Deno.test("beam search: a symbol whose probability rounds to 0 is unlikely, not impossible", async () => {
  const far: Stepper<null> = {
    symbols: 2,
    begin: () => null,
    step: () => ({ state: null, logits: [0, -1000] }),
  };
  const [first, second] = await beamSearch(far, [0], 1, { width: 2 });
  assertEquals([first.symbols, second.symbols, second.logProbability], [[0], [1], -1000]);
});

Deno.test("a symbol that is masked does not end the sampling: the state stays", async () => {
  const model = new Sequential([
    new Input({ shape: [null] }),
    new Embedding(3, 4, { maskZero: true }),
    new SimpleRNN(5),
    new Dense(3, { activation: "softmax" }),
  ], { seed: 1 });
  const stepper = new ModelStepper(model);
  assertEquals((await collect(generate(stepper, [1], 50, { seed: 1 }))).length, 50);
  const { state } = await stepper.step(stepper.begin(), 1);
  assertEquals([...(await stepper.step(state, 0)).state.values()], [...state.values()]);
});

Deno.test("steps through a stateful model begin at zeros, whatever it keeps", async () => {
  const layer = new SimpleRNN(4, { returnSequences: true, stateful: true });
  const model = new Sequential([new Input({ shape: [null, 3] }), layer, new Dense(3)], { seed: 1 });
  const stepper = new ModelStepper(model);
  const first = async () => Array.from((await stepper.step(stepper.begin(), 2)).logits);
  const fresh = await first();
  tidy(() => model.predict(oneHot([[0, 1], [2, 2]], 3))); // a batch of two, whose states are kept
  assertEquals(await first(), fresh);
});

Deno.test("sampling: an option that does not exist is refused, and the nearest is named", async () => {
  const text = 'current "temp". Did you mean "temperature"?';
  const chain: Stepper<null> = {
    symbols: 2,
    begin: () => null,
    step: (state) => ({ state, logits: [0, 1] }),
  };
  assertThrows(() => sampler({ temp: 1 } as object, 2), TypeError, 'current "temp"');
  assertThrows(() => sampler({ temprature: 1 } as object, 2), TypeError, '"temperature"');
  await assertRejects(
    () => collect(generate(chain, [0], 2, { temperatur: 1 } as object)),
    TypeError,
    text.replace("temp", "temperatur"),
  );
  await assertRejects(() => beamSearch(chain, [0], 2, { widht: 1 } as object), TypeError, "width");
});
