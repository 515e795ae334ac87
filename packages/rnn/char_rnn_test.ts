import { writeSafetensors } from "@neurite/nn";
import { CharRNN, type CharRNNParameter, collect, greedy } from "@neurite/rnn";
import {
  add,
  DataError,
  DivergedError,
  gather,
  matmul,
  ndarray,
  ShapeError,
  softmaxCrossEntropy,
  sum,
  tanh,
  type Tensor,
  tensor,
  transpose,
  valueAndGrad,
} from "@neurite/tensor";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertLess,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fixture from "./fixtures/char_rnn.json" with { type: "json" };
import { assertClose } from "../../testing/close.ts";
import { onReference } from "../../testing/on_reference.ts";

const NAMES: readonly CharRNNParameter[] = ["Wxh", "Whh", "Why", "bh", "by"];
const TEXT = "the quick brown fox jumps over the lazy dog. ".repeat(20);

/** A small network. */
const small = (text = TEXT) =>
  new CharRNN(text, { hiddenSize: 12, seqLength: 10, learningRate: 0.05, epochs: 3, seed: 1 });

/** The network of the fixture, with its initial values. */
function reference(): CharRNN {
  const { text, hiddenSize, seqLength, learningRate } = fixture;
  const rnn = new CharRNN(text, { hiddenSize, seqLength, learningRate });
  for (const name of ["Wxh", "Whh", "Why"] as const) {
    const [rows, columns] = rnn[name].shape;
    const start = (k: number) => ((k * 7919 % 2003) / 2003 - 0.5) * 0.04;
    rnn[name] = ndarray(Float32Array.from({ length: rows * columns }, (_, k) => start(k)), [
      rows,
      columns,
    ]);
  }
  return rnn;
}

interface Digest {
  sum: number;
  squares: number;
  row: number[];
  last: number[];
}

/** Compares a matrix with what is known of it, to a share of its largest known number. */
function assertDigest(w: Tensor, { sum, squares, row, last }: Digest, name: string): void {
  const data = Float64Array.from(w.dataSync()), [rows, columns] = w.shape;
  const norm = data.reduce((total, v) => total + v * v, 0);
  assertAlmostEquals(norm, squares, 1e-4 * squares, name);
  const total = data.reduce((total, v) => total + v, 0);
  assertAlmostEquals(total, sum, 1e-4 * Math.sqrt(squares * rows * columns), name);
  const at = 3 * columns, end = rows * columns, count = row.length;
  const found = [...data.slice(at, at + count), ...data.slice(end - count, end)];
  const wanted = [...row, ...last], largest = Math.max(...wanted.map(Math.abs));
  wanted.forEach((value, i) => assertAlmostEquals(found[i], value, 1e-4 * largest, name));
}

Deno.test("the loss and the clipped gradients of a window are those of NumPy", () => {
  const rnn = reference(), { text, firstGradients, losses } = fixture;
  const { loss, gradients } = rnn.loss(text.slice(0, 25), text.slice(1, 26));
  assertAlmostEquals(loss, losses[0], 1e-4 * losses[0]);
  for (const name of NAMES) assertDigest(gradients[name], firstGradients[name], name);
});

Deno.test("1,000 iterations follow NumPy to 1e-4", async () => {
  const rnn = reference(), { iterations } = fixture, losses: number[] = [];
  const stop = new AbortController();
  const { stopped } = await rnn.fit({
    signal: stop.signal,
    onIteration({ loss }) {
      losses.push(loss);
      if (losses.length === iterations) stop.abort();
    },
  });
  assert(stopped);
  assertEquals(losses.length, iterations);
  const seen = [...losses.filter((_, i) => i % 50 === 0), losses.at(-1)!];
  assertEquals(seen.length, fixture.losses.length);
  seen.forEach((loss, i) =>
    assertAlmostEquals(loss, fixture.losses[i], 1e-4 * fixture.losses[i], `iteration ${50 * i}`)
  );
  assertAlmostEquals(rnn.smoothedLoss, fixture.smoothedLoss, 1e-4 * fixture.smoothedLoss);
  for (const name of NAMES) assertDigest(rnn[name], fixture.parameters[name], name);
  const h = rnn.h.dataSync();
  fixture.state.forEach((value, i) => assertAlmostEquals(h[i], value, 1e-4));
});

Deno.test("the gradient by hand is that of the tape, and of central differences", async () => {
  await onReference(() => {
    const rnn = small(), x = rnn.characters.encode("the quick"), T = x.length;
    const y = rnn.characters.encode("he quick ");
    const h0 = ndarray(Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)), [12, 1]);
    rnn.Whh = ndarray(Float32Array.from({ length: 144 }, (_, i) => 0.3 * Math.cos(i)), [12, 12]);
    const forward = (Wxh: Tensor, Whh: Tensor, Why: Tensor, bh: Tensor, by: Tensor): Tensor => {
      let h: Tensor = tensor(h0), total: Tensor = tensor(0);
      for (let t = 0; t < T; t++) {
        h = tanh(add(add(gather(Wxh, x.subarray(t, t + 1), 1), matmul(Whh, h)), bh));
        const logits = transpose(add(matmul(Why, h), by));
        total = add(total, sum(softmaxCrossEntropy(y.subarray(t, t + 1), logits)));
      }
      return total;
    };
    const parameters = NAMES.map((name) => rnn[name]);
    const tape = valueAndGrad(forward)(...parameters);
    rnn.h = h0;
    const { loss, gradients } = rnn.loss(x, y);
    assertAlmostEquals(loss, tape.value.item(), 1e-6);
    const clipped = tape.gradients.map((g) =>
      (g.array() as number[][]).map((row) => row.map((v) => Math.max(-5, Math.min(5, v))))
    );
    NAMES.forEach((name, i) => assertClose(gradients[name], clipped[i], 1e-6, name));

    // Whh[3, 4] up and down by 1/1024, from the same state each time.
    const at = 3 * 12 + 4, wanted = gradients.Whh.dataSync()[at], own = rnn.Whh.dataSync();
    const moved = (by: number) => {
      rnn.h = h0;
      rnn.Whh = ndarray(own.map((w, i) => i === at ? w + by : w), [12, 12]);
      return rnn.loss(x, y).loss;
    };
    const slope = (moved(1 / 1024) - moved(-1 / 1024)) * 512;
    assertAlmostEquals(slope, wanted, 1e-3 * Math.max(1, Math.abs(wanted)));
  });
});

Deno.test("gradients are clipped to [-5, 5]", () => {
  const rnn = small(), [a] = rnn.characters.encode("a");
  rnn.by = new Float32Array(rnn.symbols);
  rnn.Why = ndarray(new Float32Array(rnn.symbols * 12), [rnn.symbols, 12]);
  // All outputs are equal, so ∂L/∂by is T / V, and T / V - T for the character that follows T times.
  const by = rnn.loss("a".repeat(8), "a".repeat(8)).gradients.by.dataSync();
  by.forEach((d, i) => assertAlmostEquals(d, i === a ? -5 : 8 / rnn.symbols, 1e-5));
});

Deno.test("windows follow each other through the text, and the state goes on", async () => {
  const rnn = small("abcdefghijklmnopqrstuvwxyz"), twin = small("abcdefghijklmnopqrstuvwxyz");
  assertEquals(rnn.windows, 2); // x up to t, y up to u
  const losses: number[] = [], places: number[][] = [];
  await rnn.fit({
    epochs: 2,
    onIteration({ epoch, iteration, iterations, loss }) {
      losses.push(loss);
      places.push([epoch, iteration, iterations]);
    },
  });
  assertEquals(places, [[1, 1, 2], [1, 2, 2], [2, 1, 2], [2, 2, 2]]);
  for (let i = 0; i < 4; i++) {
    const at = i % 2 * 10, text = "abcdefghijklmnopqrstuvwxyz";
    const { loss, gradients } = twin.loss(text.slice(at, at + 10), text.slice(at + 1, at + 11));
    assertEquals(loss, losses[i]);
    for (const name of NAMES) {
      twin[name] = ndarray(
        twin[name].dataSync().map((w, k) => w - Math.fround(0.05) * gradients[name].dataSync()[k]),
        [...twin[name].shape],
      );
    }
  }
  for (const name of NAMES) assertClose(twin[name], rnn[name].array(), 1e-5, name);
});

Deno.test("a text with a divisor of its length as window is read without a gap at its end", () => {
  assertEquals(small("abcdefghijk").windows, 1); // ten characters and the one after them
  assertEquals(small("abcdefghijklmnopqrst").windows, 1); // no character follows the second ten
});

Deno.test("it learns: the smoothed loss falls from that of guessing, the same for the same seed", async () => {
  const rnn = small(), again = small(), guessing = 10 * Math.log(rnn.symbols);
  assertEquals(rnn.smoothedLoss, guessing);
  const history = await rnn.fit({ epochs: 40 });
  assertLess(history.smoothedLoss.at(-1)!, 0.3 * guessing);
  assertEquals(history.smoothedLoss.at(-1), rnn.smoothedLoss);
  assertEquals((await again.fit({ epochs: 40 })).loss, history.loss);
  assertStringIncludes(rnn.sample("quick ", 200, { greedy: true }), "fox jumps over");
  const other = new CharRNN(TEXT, { hiddenSize: 12, seqLength: 10, seed: 2 });
  assertNotEquals(other.Wxh.dataSync(), small().Wxh.dataSync());
});

Deno.test("parameters can be read and set, a bias also as a vector", () => {
  const rnn = small(), { symbols: V } = rnn;
  assertEquals(NAMES.map((name) => rnn[name].shape), [[12, V], [12, 12], [V, 12], [12, 1], [V, 1]]);
  assertEquals(rnn.h.shape, [12, 1]);
  rnn.by = Float32Array.from({ length: V }, (_, i) => i);
  assertEquals(rnn.by.dataSync(), Float32Array.from({ length: V }, (_, i) => i));
  assertThrows(() => rnn.Whh = [[1]], ShapeError, "Cannot set Whh");
  assertThrows(() => rnn.bh = new Float32Array(12).fill(NaN), DataError, "finite");
  assertEquals(rnn.bh.dataSync(), new Float32Array(12));
});

Deno.test("characters are code points, and a saved network goes on the same", async () => {
  const text = "naïve 🎈 día \ud83c ".repeat(9); // with half a surrogate pair
  const rnn = small(text), folder = await Deno.makeTempDir(), path = `${folder}/rnn.safetensors`;
  try {
    assert(rnn.characters.symbols.includes("🎈"));
    await rnn.fit({ epochs: 20 });
    await rnn.save(path);
    const loaded = await CharRNN.load(path), learning = await CharRNN.load(path, text);
    assertEquals(loaded.characters.symbols, rnn.characters.symbols);
    for (const name of [...NAMES, "h"] as const) {
      assertEquals(loaded[name].dataSync(), rnn[name].dataSync());
    }
    const written = rnn.sample("naïve 🎈", 30);
    assertEquals(loaded.sample("naïve 🎈", 30), written);
    assertEquals([...written].length, 30);
    const [a, b] = [await rnn.fit(), await learning.fit()];
    assertEquals(b, a);
    assertEquals(learning.epochs, 3);
    await assertRejects(() => loaded.fit(), DataError, "there must be a corpus");
    await assertRejects(() => CharRNN.load(path, "another text, longer"), DataError, '"o" at 2');
    await Deno.writeTextFile(path, "no file of ours");
    await assertRejects(() => CharRNN.load(path), DataError);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("sampling: from the state on, reproducible, streamed, without a change of the network", async () => {
  const rnn = small();
  await rnn.fit({ epochs: 10 });
  const state = rnn.h.dataSync(), options = { seed: 5, temperature: 0.8, topK: 9, topP: 0.95 };
  const text = rnn.sample("the ", 50, options);
  assertEquals(text.length, 50);
  assertEquals(rnn.sample("the ", 50, options), text);
  assertEquals((await collect(rnn.stream("the ", 50, options))).join(""), text);
  assertEquals(rnn.h.dataSync(), state);
  assertNotEquals(rnn.sample("the ", 50), rnn.sample("the ", 50)); // its own generator goes on
  assertEquals(rnn.sample("t", 0), "");
  const [after, anew] = [rnn.begin(), new Float32Array(12)].map((h) => rnn.step(h, 0).logits);
  assertNotEquals(after, anew); // the state matters
  // What is read in one go and in steps is the same.
  let stepped = rnn.step(rnn.begin(), rnn.characters.encode("q")[0]);
  for (const symbol of rnn.characters.encode("uick")) stepped = rnn.step(stepped.state, symbol);
  const next = greedy(stepped.logits);
  assertEquals(rnn.sample("quick", 1, { greedy: true }), rnn.characters.symbols[next]);
});

Deno.test("bad input gets a clear error", async () => {
  assertThrows(() => new CharRNN(""), DataError, "longer than a window of 25");
  assertThrows(() => new CharRNN("short"), DataError, "current 5");
  assertThrows(() => new CharRNN("🎈".repeat(25)), DataError, "current 25");
  for (const options of [{ hiddenSize: 0 }, { seqLength: 1.5 }, { epochs: -1 }, { seed: -1 }]) {
    assertThrows(() => new CharRNN(TEXT, options), RangeError);
  }
  for (const learningRate of [0, -1, NaN, Infinity]) {
    assertThrows(() => new CharRNN(TEXT, { learningRate }), RangeError, "learningRate");
  }
  const rnn = small();
  const unknown = assertThrows(() => rnn.sample("the Fox? F", 5), DataError, '"F" at 4, "?" at 7');
  assertEquals([unknown.offset, unknown.found], [4, "F"]);
  assertThrows(() => rnn.sample("", 5), DataError, "at least one character");
  assertThrows(() => rnn.sample("t", 1.5), RangeError);
  for (const temperature of [0, -1, NaN, Infinity]) {
    assertThrows(() => rnn.sample("t", 5, { temperature }), RangeError, "temperature");
  }
  assertThrows(() => rnn.sample("t", 5, { topK: rnn.symbols + 1 }), RangeError, "top-k");
  assertThrows(() => rnn.sample("t", 5, { topP: 0 }), RangeError, "top-p");
  assertThrows(() => rnn.loss("", ""), DataError);
  assertThrows(() => rnn.loss("the", "he"), ShapeError, "y must have a character for each of x");
  assertThrows(() => rnn.loss([0, 99], [0, 0]), DataError, "99 at 1");
  await assertRejects(() => rnn.fit({ epochs: 0 }), RangeError, "epochs");
  await assertRejects(() => collect(rnn.stream("t", -1)), RangeError);
});

Deno.test("a loss that is not finite ends the training and changes nothing", async () => {
  const rnn = small(), huge = new Float32Array(rnn.symbols);
  huge[0] = 3e38;
  huge[1] = -3e38;
  rnn.by = huge;
  const before = NAMES.map((name) => rnn[name].dataSync()), state = rnn.h.dataSync();
  await assertRejects(() => rnn.fit(), DivergedError, "epoch 1");
  assertEquals(NAMES.map((name) => rnn[name].dataSync()), before);
  assertEquals(rnn.h.dataSync(), state);
});

Deno.test("a gradient that overflows ends the training before the parameters are lost", async () => {
  const rnn = new CharRNN(TEXT, { hiddenSize: 2, seqLength: 300, learningRate: 1, seed: 1 });
  // Steps that go on as they are, times 3 in the backward pass: 3^300 is more than float32 has.
  rnn.Whh = [[3, 0], [0, 3]];
  rnn.Wxh = Array(2).fill(Array(rnn.symbols).fill(0));
  const before = NAMES.map((name) => [...rnn[name].dataSync()]);
  const error = await assertRejects(() => rnn.fit({ epochs: 1 }), DivergedError);
  assertStringIncludes(error.message, "epoch 1, step 1, in its gradient");
  assertEquals(NAMES.map((name) => [...rnn[name].dataSync()]), before);
});

Deno.test("stopped within an epoch, saved and loaded, it goes on to the bit", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/rnn.safetensors`;
  try {
    const whole = small(), stopped = small(), done = new AbortController();
    await whole.fit({ epochs: 2 });
    const onIteration = ({ iteration }: { iteration: number }) => {
      if (iteration === 33) done.abort();
    };
    await stopped.fit({ epochs: 2, signal: done.signal, onIteration });
    assertEquals(stopped.place.window, 33);
    await stopped.save(path);
    const again = await CharRNN.load(path, TEXT), seen: number[] = [];
    const { loss } = await again.fit({
      epochs: 2,
      onIteration: ({ iteration }) => void seen.push(iteration),
    });
    assertEquals([loss.length, seen[0], again.place.window], [2, 34, 0]);
    for (const name of NAMES) assertEquals(again[name].array(), whole[name].array());
    assertEquals(again.smoothedLoss, whole.smoothedLoss);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("saved between any two windows, loaded and resumed, it is the training that was never stopped", async () => {
  const folder = await Deno.makeTempDir(), whole = small(), iterations = whole.windows;
  try {
    const saved: string[] = [];
    const history = await whole.fit({
      epochs: 2,
      // Awaited: the file is there before the next window.
      async onIteration({ epoch, iteration }) {
        if (![1, 2, iterations - 1, iterations].includes(iteration)) return;
        const path = `${folder}/${epoch}-${iteration}`;
        await new Promise((resolve) => setTimeout(resolve));
        await whole.save(path);
        assertEquals(whole.place, { ...whole.place, epoch: epoch - 1, window: iteration });
        saved.push(path);
      },
    });
    assertEquals(saved.length, 8);
    for (const path of saved) {
      const again = await CharRNN.load(path, TEXT);
      assertEquals(await again.fit({ epochs: 2, resume: true }), history, path);
      assertEquals([again.smoothedLoss, again.place], [whole.smoothedLoss, whole.place]);
      for (const name of [...NAMES, "h"] as const) {
        assertEquals(again[name].dataSync(), whole[name].dataSync(), `${path} ${name}`);
      }
    }
    assertEquals(await whole.fit({ epochs: 2, resume: true }), history, "nothing is left to do");
    assertEquals((await whole.fit({ epochs: 1 })).loss.length, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an error of an asynchronous onIteration ends the training, which can be resumed", async () => {
  const whole = small(), stopped = small();
  const onIteration = async ({ iteration }: { iteration: number }) => {
    await new Promise((resolve) => setTimeout(resolve));
    if (iteration === 5) throw new Error("the disk is full");
  };
  await assertRejects(() => stopped.fit({ epochs: 1, onIteration }), Error, "the disk is full");
  assertEquals(stopped.place.window, 5);
  const history = await whole.fit({ epochs: 1 });
  assertEquals(await stopped.fit({ epochs: 1, resume: true }), history);
  assertEquals(stopped.Whh.dataSync(), whole.Whh.dataSync());
});

Deno.test("one training at a time, at a rate that is one", async () => {
  const rnn = small(), first = rnn.fit({ epochs: 1 });
  await assertRejects(() => rnn.fit(), Error, "must end before the next begins");
  await first;
  rnn.learningRate = NaN;
  await assertRejects(() => rnn.fit(), RangeError, "learningRate");
});

Deno.test("a damaged file is refused, and named", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/rnn.safetensors`;
  try {
    for (const settings of [undefined, "", "{", "null", '{"codePoints":[97]}']) {
      const metadata = { format: "neurite CharRNN 1", ...(settings !== undefined && { settings }) };
      await writeSafetensors(path, new Map(), metadata);
      const error = await assertRejects(
        () => CharRNN.load(path),
        DataError,
        "settings of a CharRNN",
      );
      assertEquals(error.file, path);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what is called after each window is awaited before the next", async () => {
  const rnn = small(), calls: string[] = [];
  await rnn.fit({
    epochs: 1,
    async onIteration({ iteration }) {
      calls.push(`begin ${iteration}`);
      await new Promise((resolve) => setTimeout(resolve));
      calls.push(`end ${iteration}`);
    },
  });
  assertEquals(calls, calls.map((_, i) => `${i % 2 ? "end" : "begin"} ${1 + Math.floor(i / 2)}`));
});
