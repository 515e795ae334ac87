import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { DataError, grad, ShapeError, sum, tensor } from "@neurite/tensor";
import { assertAsKeras, assertMadeAgain } from "../testing/loss_cases.ts";
import { SparseCategoricalCrossentropy } from "./sparse_categorical_crossentropy.ts";

const loss = new SparseCategoricalCrossentropy();
const y = tensor([[0.25, 0.5, 0.25], [0.5, 0.25, 0.25]]);

Deno.test("sparse categorical cross-entropy: values, means and gradients are Keras's", () => {
  assertAsKeras("SparseCategoricalCrossentropy");
  assertMadeAgain(loss);
  assertMadeAgain(new SparseCategoricalCrossentropy({ fromLogits: true }));
});

Deno.test("sparse categorical cross-entropy: class numbers of any kind", () => {
  const kinds = [
    tensor([1, 2]),
    tensor([[1], [2]]),
    tensor(new Int32Array([1, 2])),
    tensor(new Uint8Array([1, 2]), { shape: [2, 1] }),
  ];
  for (const numbers of kinds) {
    const t = loss.prepare(numbers, y);
    assertEquals([t.dtype, t.shape], ["int32", [2]]);
    const [first, second] = loss.call(t, y).dataSync();
    assertAlmostEquals(first, Math.log(2), 1e-6);
    assertAlmostEquals(second, Math.log(4), 1e-6);
  }
});

Deno.test("sparse categorical cross-entropy: from logits, nothing is lost however far out", () => {
  const z = tensor([[-1000, 1000, 0]]), t = loss.prepare(tensor([0]), z);
  assertEquals(loss.callOnLogits(t, z).item(), 2000);
  assertEquals(grad((z) => sum(loss.callOnLogits(t, z)))(z).array(), [[-1, 1, 0]]);
});

Deno.test("sparse categorical cross-entropy: refuses what is no class number", () => {
  for (const wrong of [3, -1, 0.5]) {
    const message = "Cannot compute sparseCategoricalCrossentropy as targets must be class " +
      `numbers, integers from 0 to 2: current ${wrong} at [1] of shape [2]`;
    assertThrows(() => loss.prepare(tensor([0, wrong]), y), RangeError, message);
    assertThrows(() => loss.checkTargets([0, wrong], [2], [3]), RangeError, message);
  }
  assertThrows(() => loss.prepare(tensor([0, NaN]), y), DataError, "current NaN at [1]");
  loss.checkTargets([0, 2, 1, 1], [2, 2], [2, 3]);
});

Deno.test("sparse categorical cross-entropy: targets that do not fit", () => {
  assertThrows(
    () => loss.prepare(tensor([[0, 1, 0], [1, 0, 0]]), y),
    ShapeError,
    "targets [2, 3] and predictions [2, 3]. If these are one-hot rows, use categoricalCrossentropy",
  );
  assertThrows(
    () => loss.prepare(tensor([1]), y),
    ShapeError,
    "targets [1] and predictions [2, 3]",
  );
  assertThrows(
    () => loss.checkTargets([0, 1], [1, 2], [3]),
    ShapeError,
    "a class number for every",
  );
});
