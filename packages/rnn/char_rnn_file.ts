/** A CharRNN as a safetensors file: parameters and state as tensors, the rest as metadata. */
import { readSafetensors, type SavedTensor, writeSafetensors } from "@neurite/nn";
import { DataError, ndarray, type RngState, tidy } from "@neurite/tensor";
import type { CharRNN, CharRNNOptions } from "./char_rnn.ts";
import { Characters } from "./characters.ts";

const FORMAT = "neurite CharRNN 1";
const TENSORS = ["Wxh", "Whh", "Why", "bh", "by", "h"] as const;

const NUMBERS = [
  "hiddenSize",
  "seqLength",
  "learningRate",
  "epochs",
  "smoothedLoss",
  "window",
] as const;

/** What is written beside the tensors. Characters are numbers: half a surrogate pair is no text. */
interface Settings {
  readonly codePoints: number[];
  readonly hiddenSize: number;
  readonly seqLength: number;
  readonly learningRate: number;
  readonly epochs: number;
  readonly smoothedLoss: number;
  readonly window: number;
  readonly rng: RngState;
}

/** Writes a network; see `CharRNN.save`. */
export async function writeCharRNN(rnn: CharRNN, path: string | URL): Promise<void> {
  const settings: Settings = {
    codePoints: rnn.characters.codePoints,
    hiddenSize: rnn.hiddenSize,
    seqLength: rnn.seqLength,
    learningRate: rnn.learningRate,
    epochs: rnn.epochs,
    smoothedLoss: rnn.smoothedLoss,
    window: rnn.window,
    rng: rnn.rng.state,
  };
  const tensors = tidy(() =>
    new Map(TENSORS.map((name): [string, SavedTensor] => {
      const { shape } = rnn[name], data = rnn[name].dataSync();
      return [name, { dtype: "float32", shape, data }];
    }))
  );
  await writeSafetensors(path, tensors, { format: FORMAT, settings: JSON.stringify(settings) });
}

/** Reads a network, made by `make` for the options in the file; see `CharRNN.load`. */
export async function readCharRNN(
  path: string | URL,
  make: (options: CharRNNOptions) => CharRNN,
): Promise<CharRNN> {
  const file = String(path), { tensors, metadata } = await readSafetensors(path);
  if (metadata.format !== FORMAT) {
    throw new DataError(
      `Cannot load ${file} as it must be a file that CharRNN.save wrote: current ` +
        (metadata.format === undefined ? "another safetensors file" : `"${metadata.format}"`),
      { file, expected: FORMAT, found: metadata.format },
    );
  }
  const { codePoints, rng, smoothedLoss, window, ...options } = settingsIn(file, metadata.settings);
  const rnn = make({
    ...options,
    seed: rng.seed,
    characters: Characters.fromCodePoints(codePoints),
  });
  rnn.rng.state = rng;
  rnn.smoothedLoss = smoothedLoss;
  rnn.window = window;
  for (const name of TENSORS) {
    const saved = tensors.get(name);
    if (saved === undefined) {
      throw new DataError(`Cannot load ${file} as it must hold ${name}: current file lacks it`, {
        file,
        expected: name,
      });
    }
    rnn[name] = ndarray(saved.data, [...saved.shape]);
  }
  return rnn;
}

/** The settings in a file, all of their kind; what they say is checked where they are used. */
function settingsIn(file: string, text: string | undefined): Settings {
  const damaged = (found: string) =>
    new DataError(
      `Cannot load ${file} as it must hold the settings of a CharRNN: current ${found}`,
      { file, expected: "settings", found },
    );
  let settings: Partial<Settings> | null;
  try {
    settings = JSON.parse(text ?? "null");
  } catch (error) {
    throw damaged(String(error));
  }
  const { codePoints, rng, ...numbers } = settings ?? {};
  const whole = Array.isArray(codePoints) && typeof rng?.seed === "number" &&
    typeof rng.position === "number" && Array.isArray(rng.buffer);
  const named = NUMBERS.every((name) => typeof numbers[name] === "number");
  if (whole && named) return settings as Settings;
  throw damaged(text ?? "none");
}
