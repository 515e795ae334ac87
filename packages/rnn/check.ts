/** What a CharRNN refuses, and what it says then. */
import {
  asTensor,
  cast,
  checkFinite,
  DataError,
  reshape,
  ShapeError,
  type Tensor,
  type TensorLike,
} from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";
import type { Characters } from "./characters.ts";

/** Refuses options of a network that make no sense. */
export function checkSettings(
  counts: Readonly<Record<"hiddenSize" | "seqLength" | "epochs", number>>,
  learningRate: number,
): void {
  for (const [name, value] of Object.entries(counts)) checkCount(`make a CharRNN`, name, value);
  checkRate("make a CharRNN", learningRate);
}

/** Whether a learning rate goes downhill, as a float32 number. */
export function isRate(learningRate: number): boolean {
  return Number.isFinite(Math.fround(learningRate)) && learningRate > 0;
}

/** Refuses learning rates that do not go downhill. */
export function checkRate(operation: string, learningRate: number): void {
  if (isRate(learningRate)) return;
  throw new RangeError(
    `Cannot ${operation} as learningRate must be a finite number above 0: current ${learningRate}`,
  );
}

/** Refuses a corpus in which there is no window and what follows it. */
export function checkCorpus(characters: number, seqLength: number): void {
  if (characters > seqLength) return;
  throw new DataError(
    `Cannot make a CharRNN as the corpus must be longer than a window of ${seqLength} characters: ` +
      `current ${characters}. Give a longer text, or a smaller seqLength`,
    { expected: `${seqLength + 1} or more`, found: characters },
  );
}

/** Numbers of characters: those of a text, or given ones, of which every one must be known. */
export function checkSymbols(
  what: string,
  given: string | ArrayLike<number>,
  characters: Characters,
): Int32Array {
  const numbers = typeof given === "string" ? characters.encode(given) : Int32Array.from(given);
  if (numbers.length === 0) {
    throw new DataError(
      `Cannot use ${what} as it must hold at least one character: current none`,
      { expected: "1 or more", found: 0 },
    );
  }
  if (typeof given === "string") return numbers;
  const wrong = numbers.findIndex((n, i) => n !== given[i] || n < 0 || n >= characters.size);
  if (wrong < 0) return numbers;
  const expected = `an integer from 0 to ${characters.size - 1}`;
  throw new DataError(
    `Cannot use ${what} as every character must be ${expected}: current ${
      given[wrong]
    } at ${wrong}`,
    { offset: wrong, expected, found: given[wrong] },
  );
}

/** A new value for a parameter; a vector may be given for a column. */
export function checkParameter(
  name: string,
  value: TensorLike,
  { shape, backend }: Tensor,
): Tensor {
  const tensor = cast(asTensor(value, backend), "float32"), column = shape[1] === 1;
  const fits = tensor.shape.join() === (tensor.rank === 1 && column ? shape[0] : shape).toString();
  if (!fits) {
    throw new ShapeError(`set ${name}`, `it must be of shape [${shape.join(", ")}]`, [
      tensor.shape,
    ]);
  }
  checkFinite(tensor, name);
  return reshape(tensor, shape);
}
