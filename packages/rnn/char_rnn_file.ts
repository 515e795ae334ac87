/** A CharRNN as a safetensors file: parameters and state as tensors, the rest as metadata. */
import { readSafetensors, type SavedTensor, writeSafetensors } from "@neurite/nn";
import { type FileSource, type FileTarget, nameOfSource } from "@neurite/tensor/files";
import { DataError, formatShape, ndarray, type RngState, tidy } from "@neurite/tensor";
import type { CharRNN, CharRNNOptions } from "./char_rnn.ts";
import type { CharRNNHistory, CharRNNPlace } from "./char_rnn_fit.ts";
import { Characters } from "./characters.ts";
import { isRate } from "./check.ts";

const FORMAT = "neurite CharRNN 1";

/** What is written beside the tensors. Characters are numbers: half a surrogate pair is no text. */
interface Settings {
  readonly codePoints: number[];
  readonly hiddenSize: number;
  readonly seqLength: number;
  readonly learningRate: number;
  readonly epochs: number;
  readonly smoothedLoss: number;
  readonly place: CharRNNPlace;
  readonly history: CharRNNHistory;
  readonly rng: RngState;
}

/** The tensors, with their shapes for `H` hidden numbers and `V` characters. */
const SHAPES = {
  Wxh: (H: number, V: number) => [H, V],
  Whh: (H: number) => [H, H],
  Why: (H: number, V: number) => [V, H],
  bh: (H: number) => [H, 1],
  by: (_: number, V: number) => [V, 1],
  h: (H: number) => [H, 1],
};
const TENSORS = Object.keys(SHAPES) as (keyof typeof SHAPES)[];

/** Writes a network; see `CharRNN.save`. What is written is the state at the moment of the call. */
export async function writeCharRNN(rnn: CharRNN, target: FileTarget): Promise<void> {
  const { hiddenSize, seqLength, learningRate, epochs, smoothedLoss, place, history } = rnn;
  const settings: Settings = {
    codePoints: rnn.characters.codePoints,
    ...{ hiddenSize, seqLength, learningRate, epochs, smoothedLoss, place, history },
    rng: rnn.rng.state,
  };
  const metadata = { format: FORMAT, settings: JSON.stringify(settings) };
  const tensors = tidy(() =>
    new Map(TENSORS.map((name): [string, SavedTensor] => {
      const { shape } = rnn[name], data = rnn[name].dataSync();
      return [name, { dtype: "float32", shape, data }];
    }))
  );
  return await writeSafetensors(target, tensors, metadata);
}

/** Reads a network, made by `make` for the options in the file; see `CharRNN.load`. */
export async function readCharRNN(
  source: FileSource,
  make: (options: CharRNNOptions) => CharRNN,
): Promise<CharRNN> {
  const file = nameOfSource(source), { tensors, metadata } = await readSafetensors(source);
  const refuse = (rule: string, found: string, expected: string, cause?: unknown): never => {
    throw new DataError(`Cannot load ${file} as ${rule}: current ${found}`, {
      ...{ file, expected, found, cause },
    });
  };
  if (metadata.format !== FORMAT) {
    const found = metadata.neurite !== undefined
      ? "a model: read it by loadModel of @neurite/nn"
      : metadata.format === undefined
      ? "another safetensors file"
      : JSON.stringify(metadata.format.slice(0, 40));
    refuse("it must be a file that CharRNN.save wrote", found, FORMAT);
  }
  const settings = settingsIn(metadata.settings);
  if (settings === undefined) {
    const found = JSON.stringify((metadata.settings ?? "none").slice(0, 60));
    return refuse("it must hold the settings of a CharRNN", found, "settings");
  }
  const { codePoints, place, history, rng, smoothedLoss, ...options } = settings;
  // Compared before anything is made: what a file says need not be what it holds.
  for (const name of TENSORS) {
    const saved = tensors.get(name), { hiddenSize: H } = options, V = codePoints.length;
    const wanted = SHAPES[name](H, V).join(), there = saved?.shape.join() === wanted;
    if (there && saved!.dtype === "float32" && saved!.data.every(Number.isFinite)) continue;
    const rule = `it must hold ${name} of finite float32 numbers, [${wanted.replace(",", ", ")}]`;
    const found = saved === undefined
      ? "nothing of that name"
      : there
      ? saved.dtype === "float32" ? "others" : saved.dtype
      : formatShape(saved.shape);
    refuse(rule, found, `[${wanted}]`);
  }
  let characters: Characters;
  try {
    characters = Characters.fromCodePoints(codePoints);
  } catch (cause) {
    const { message } = cause as Error;
    return refuse("its characters must be code points", message, "code points", cause);
  }
  const rnn = make({ ...options, seed: rng.seed, characters });
  rnn.rng.state = rng;
  rnn.smoothedLoss = smoothedLoss;
  Object.assign(rnn.place, place);
  rnn.history = history;
  for (const name of TENSORS) {
    const { data, shape } = tensors.get(name)!;
    rnn[name] = ndarray(data, [...shape]);
  }
  return rnn;
}

/** The settings in a file; `undefined` where something in them is not what it should be. */
function settingsIn(text: string | undefined): Settings | undefined {
  let settings: Settings;
  try {
    settings = JSON.parse(text ?? "null");
    const { codePoints, hiddenSize, seqLength, learningRate, epochs, smoothedLoss } = settings;
    const { place, history, rng } = settings;
    const fits = isListOf(codePoints, isCount) && rng.buffer.length <= 4 &&
      [hiddenSize, seqLength, epochs].every((n) => isCount(n) && n >= 1) &&
      [place.epoch, place.window, rng.seed, rng.position].every(isCount) &&
      isListOf(rng.buffer, isCount) && rng.buffer.every((word) => word < 2 ** 32) &&
      [smoothedLoss, place.total].every(Number.isFinite) && isRate(learningRate) &&
      isListOf(history.loss, Number.isFinite) && isListOf(history.smoothedLoss, Number.isFinite) &&
      history.loss.length === history.smoothedLoss.length;
    return fits ? settings : undefined;
  } catch {
    return undefined; // It is no JSON, or something in it is missing.
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && value as number >= 0;
}

function isListOf(value: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}
