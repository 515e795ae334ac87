/**
 * What the types of the published packages must refuse, and what they must take. Checked as it
 * stands against every published form: each `@ts-expect-error` fails where its line is accepted, as
 * it would be if types were lost and everything were `any`.
 */
import { alexNet, resNet } from "@neurite/classic-archs";
import { Conv2D } from "@neurite/cnn";
import { scale, syntheticDigits } from "@neurite/datasets";
import { Adam, Dense, Sequential } from "@neurite/nn";
import { Perceptron } from "@neurite/perceptron";
import { learningCurve } from "@neurite/plot";
import { LSTM } from "@neurite/lstm-gru";
import { add, matmul, type NdArray, ndarray, type Tensor, tensor } from "@neurite/tensor";

/** Nothing in here runs. */
export function refused(): void {
  // @ts-expect-error a text and nothing are not tensors
  add("hello", null);
  // @ts-expect-error a function is not a tensor
  tensor(() => 1);
  // @ts-expect-error an object without data is not an array
  tensor({ shape: [2], stride: [1], offset: 0 });
  // @ts-expect-error one matrix is missing
  matmul([[1]]);
  // @ts-expect-error the number of units is a number
  new Dense("3");
  // @ts-expect-error no activation has this name
  new Dense(3, { activation: "rleu" });
  // @ts-expect-error no option has this name
  new Conv2D(8, 5, { stride: 2 });
  // @ts-expect-error there is no ResNet of this depth
  resNet(20);
  // @ts-expect-error no AlexNet has this name
  alexNet({ variant: "torch" });
  // @ts-expect-error a rate is a number
  new Adam({ learningRate: "fast" });
  // @ts-expect-error layers are made of layers
  new Sequential([tensor([1])]);
  // @ts-expect-error no option has this name
  new LSTM(8, { return_sequences: true });
  // @ts-expect-error the number of inputs is missing
  new Perceptron();
  // @ts-expect-error a history is curves by name
  learningCurve(3);
  // @ts-expect-error bytes are scaled, not texts
  scale("images");
  // @ts-expect-error an element is a number
  const element: string = ndarray(new Float32Array(1)).get(0);
  // @ts-expect-error a tensor is not a number
  const sum: number = add([1], [2]);
  void [element, sum];
}

/** Nothing in here runs either: an array of another package, only by its fields. */
export function taken(foreign: NdArray<Float64Array>): Tensor {
  const { images, labels } = syntheticDigits({ count: 1, seed: 1 });
  const bytes: Uint8Array = images.data, label: number = labels.get(0);
  const view: NdArray = foreign.transpose(1, 0).step(-1).hi(2).lo(1).pick(0, null);
  return add(add(view, [[label]]), tensor(bytes));
}
