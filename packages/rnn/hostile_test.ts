import { assert, assertRejects } from "@std/assert";
import {
  Dense,
  Input,
  loadModel,
  readSafetensors,
  type SavedTensor,
  saveModel,
  Sequential,
} from "@neurite/nn";
import {
  Bidirectional,
  CharRNN,
  Embedding,
  Masking,
  SimpleRNN,
  StackedRNN,
  TimeDistributed,
} from "@neurite/rnn";
import { DataError } from "@neurite/tensor";
import {
  assertAllRefused,
  assertNoHarm,
  type Forms,
  withFile,
} from "../../testing/hostile_files.ts";

const TEXT = "the quick brown fox jumps over the lazy dog. ".repeat(3);
const load = (path: string) => CharRNN.load(path);

/** Settings of a `CharRNN` that are none, or ask for more than the file holds. */
const SETTINGS: Record<string, Record<string, unknown>> = {
  "2e7 hidden numbers": { hiddenSize: 2e7 },
  "half a hidden number": { hiddenSize: 4.5 },
  "1e6 characters": { codePoints: Array.from({ length: 1e6 }, (_, i) => i) },
  "a character twice": { codePoints: Array(28).fill(97) },
  "characters that are none": { codePoints: Array.from({ length: 28 }, (_, i) => 2e6 + i) },
  "characters that are texts": { codePoints: [..."abc"] },
  "no rate": { learningRate: null },
  "a negative rate": { learningRate: -1 },
  "a rate above float32": { learningRate: 3.5e38 },
  "a rate that float32 rounds up to infinity": { learningRate: 3.4028235677973366e38 },
  "no place": { place: undefined },
  "a place that is none": { place: { epoch: -1, window: 0, total: 0 } },
  "no total": { place: { epoch: 0, window: 1, total: null } },
  "a history of texts": { history: { loss: ["1"], smoothedLoss: [1], stopped: false } },
  "a history of two lengths": { history: { loss: [1], smoothedLoss: [], stopped: false } },
  "a generator without a seed": { rng: { position: 0, buffer: [] } },
  "words of the generator above 32 bits": { rng: { seed: 1, position: 0, buffer: [2 ** 32] } },
  "more words than there are": { rng: { seed: 1, position: 0, buffer: [1, 2, 3, 4, 5] } },
  "a smoothed loss that is none": { smoothedLoss: "1" },
};

Deno.test("hostile files of a CharRNN are refused at once, and say what they are", () =>
  withFile(async (path) => {
    const rnn = new CharRNN(TEXT, { hiddenSize: 4, seqLength: 5, seed: 1 });
    await rnn.save(path);
    const { tensors, metadata } = await readSafetensors(path);
    const own = JSON.parse(metadata.settings), forms: Record<string, Forms> = {};
    for (const [what, changes] of Object.entries(SETTINGS)) {
      const settings = JSON.stringify({ ...own, ...changes });
      forms[what] = { tensors, metadata: { ...metadata, settings } };
    }
    for (const settings of ["", "{", "null", "[]", "[".repeat(1e5) + "]".repeat(1e5)]) {
      forms[`settings ${settings.slice(0, 9)}`] = { tensors, metadata: { ...metadata, settings } };
    }
    const { data } = tensors.get("Whh")!,
      wrong: Record<string, SavedTensor> = {
        "[2, 8]": { dtype: "float32", shape: [2, 8], data },
        "int32": { dtype: "int32", shape: [4, 4], data: new Int32Array(16) },
        "others": { dtype: "float32", shape: [4, 4], data: new Float32Array(16).fill(NaN) },
      };
    for (const [found, Whh] of Object.entries(wrong)) {
      forms[found] = { tensors: new Map([...tensors, ["Whh", Whh]]), metadata };
    }
    const without = new Map([...tensors].filter(([name]) => name !== "h"));
    forms["no h"] = { tensors: without, metadata };
    forms["version 9"] = { tensors, metadata: { ...metadata, format: "neurite CharRNN 9" } };
    const messages = await assertAllRefused("CharRNN", path, forms);
    for (
      const part of [
        ...["as it must hold Whh of finite float32 numbers, [4, 4]: current [2, 8]"],
        ...["[4, 4]: current int32", "[4, 4]: current others", "hold h of", '"neurite CharRNN 9"'],
        "Wxh of finite float32 numbers, [20000000, 28]: current [4, 28]",
      ]
    ) assert(messages.some((message) => message.includes(part)), `${part}: ${messages.join("\n")}`);
  }));

Deno.test("a CharRNN and a model are told from each other", () =>
  withFile(async (path) => {
    await saveModel(new Sequential([new Dense(1, { inputShape: [1] })]), path);
    await assertRejects(() => load(path), DataError, "a model: read it by loadModel");
    await new CharRNN(TEXT, { hiddenSize: 4 }).save(path);
    await assertRejects(() => loadModel(path), DataError, "It is read by CharRNN.load");
  }));

Deno.test("changed files of a CharRNN are read or refused, at once", () =>
  withFile(async (path) => {
    const rnn = new CharRNN(TEXT, { hiddenSize: 4, seqLength: 5, seed: 1 });
    await rnn.fit({ epochs: 1 });
    await rnn.save(path);
    const refused = await assertNoHarm(path, load, 300);
    assert(refused > 100, `${refused} refused`);
  }));

Deno.test("changed models with recurrent layers, wrappers and states are read or refused, at once", () =>
  withFile(async (path) => {
    const stateful = { stateful: true, returnSequences: true };
    const model = new Sequential([
      new Input({ shape: [null] }),
      new Embedding(5, 3),
      new Masking(),
      new Bidirectional(new SimpleRNN(2, stateful)),
      new TimeDistributed(new Dense(3)),
      new StackedRNN([new SimpleRNN(2, stateful), new SimpleRNN(2, { stateful: true })]),
      new Dense(1),
    ], { seed: 1 });
    model.compile({ optimizer: "sgd", loss: "mse" });
    await model.fit([[1, 2], [3, 4]], [[1], [2]], { batchSize: 1, shuffle: false, verbose: 0 });
    await model.save(path);
    const refused = await assertNoHarm(path, loadModel, 300);
    assert(refused > 100, `${refused} refused`);
    // Wrappers within each other.
    const { tensors, metadata } = await readSafetensors(path);
    const wrapped = (times: number, inner: string) => {
      const layer = '{"className":"TimeDistributed","config":{"layer":'.repeat(times) + inner +
        "}}".repeat(times);
      const model = `{"className":"Sequential","config":{"inputShape":[1],"layers":[${layer}]}}`;
      return { tensors, metadata: { ...metadata, model } };
    };
    await assertAllRefused("model", path, {
      "20,000 wrappers": wrapped(20_000, "{}"),
      "60 wrappers": wrapped(60, '{"className":"Flatten","config":{}}'),
    });
  }));
