import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { DataError, grad, ShapeError, sum, tensor } from "@neurite/tensor";
import { assertAsKeras, assertMadeAgain } from "../testing/loss_cases.ts";
import { CategoricalCrossentropy } from "./categorical_crossentropy.ts";

const loss = new CategoricalCrossentropy();

Deno.test("categorical cross-entropy: values, means and gradients are Keras's", () => {
  assertAsKeras("CategoricalCrossentropy");
  assertMadeAgain(loss);
  assertMadeAgain(new CategoricalCrossentropy({ fromLogits: true, labelSmoothing: 0.25 }));
});

Deno.test("categorical cross-entropy: by hand, of predictions that do not add up to 1", () => {
  const t = tensor([[0, 1, 0], [1, 0, 0]]), y = tensor([[0.25, 0.5, 0.25], [1, 1, 2]]);
  const [first, second] = loss.call(t, y).dataSync();
  assertAlmostEquals(first, Math.log(2), 1e-6);
  assertAlmostEquals(second, Math.log(4), 1e-6);
});

Deno.test("categorical cross-entropy: from logits, nothing is lost however far out", () => {
  const t = tensor([[1, 0, 0]]), z = tensor([[-1000, 1000, 0]]);
  assertEquals(loss.callOnLogits(t, z).item(), 2000);
  assertEquals(grad((z) => sum(loss.callOnLogits(t, z)))(z).array(), [[-1, 1, 0]]);
});

Deno.test("categorical cross-entropy: targets that do not fit", () => {
  const y = tensor([[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]]);
  for (const numbers of [tensor([2, 0]), tensor([[2], [0]])]) {
    assertThrows(
      () => loss.prepare(numbers, y),
      ShapeError,
      `targets [${numbers.shape.join(", ")}] and predictions [2, 3]. If these are class numbers, ` +
        "use sparseCategoricalCrossentropy, or oneHot(labels, 3)",
    );
  }
  assertThrows(
    () => loss.checkTargets([2, 0], [2], [3]),
    ShapeError,
    "use sparseCategoricalCrossentropy, or oneHot(labels, 3)",
  );
  assertThrows(
    () => loss.prepare(tensor([[1, 0], [0, 1]]), y),
    ShapeError,
    "The last layer gives 3 numbers; these targets need 2",
  );
  assertThrows(
    () => loss.prepare(tensor([[1], [0]]), tensor([[0.5], [0.5]])),
    RangeError,
    "two classes or more: current predictions [2, 1]. Use binaryCrossentropy",
  );
  assertThrows(() => loss.checkTargets([0, NaN, 0], [1, 3], [3]), DataError, "NaN at [0, 1]");
});

Deno.test("categorical cross-entropy: int32 targets become float32", () => {
  const t = loss.prepare(tensor(new Int32Array([0, 1]), { shape: [1, 2] }), tensor([[0.5, 0.5]]));
  assertEquals(t.dtype, "float32");
});
