import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError, type NdArray, ndarray, type TensorLike } from "@neurite/tensor";
import { Activation, Dense } from "../layers/mod.ts";
import { namedLosses } from "../losses/mod.ts";
import { Sequential } from "../sequential.ts";

function softmax(): Sequential {
  const model = new Sequential([new Activation("softmax", { inputShape: [3] })]);
  const loss = "sparseCategoricalCrossentropy";
  model.compile({ optimizer: "sgd", loss, metrics: ["accuracy"] });
  return model;
}

/** Arrays that types do not know as data. */
const given = (values: unknown): TensorLike => values as TensorLike;
const X = [[0, 0, 1], [0, 1, 0]];

Deno.test("class numbers train alike in every kind of array, of 64 bits too", async () => {
  const { history } = await softmax().fit(X, [2, 1], { verbose: 0, classWeight: { 2: 3 } });
  const kinds = [
    new Int32Array([2, 1]),
    new Uint32Array([2, 1]),
    new Uint8ClampedArray([2, 1]),
    new Float16Array([2, 1]),
    new Float64Array([2, 1]),
    new BigInt64Array([2n, 1n]),
    new BigUint64Array([2n, 1n]),
    ndarray(new Int32Array([2, 1]), [2]),
    ndarray(new BigInt64Array([2n, 1n]) as unknown as NdArray["data"], [2]),
  ];
  for (const labels of kinds) {
    const run = await softmax().fit(X, given(labels), { verbose: 0, classWeight: { 2: 3 } });
    assertEquals(run.history, history, labels.constructor.name);
  }
  const sampleWeight = given(new BigInt64Array([1n, 3n]));
  const weighted = await softmax().evaluate(X, [2, 1], { sampleWeight });
  assertEquals(weighted, await softmax().evaluate(X, [2, 1], { sampleWeight: [1, 3] }));
});

Deno.test("class numbers that do not fit 32 bits, or are none, are refused by what they are", async () => {
  await assertRejects(
    () => softmax().fit(X, given(new BigInt64Array([2n ** 40n, 1n])), { verbose: 0 }),
    DataError,
    "64-bit integers must be from -2^31 to 2^31 - 1: current 1099511627776",
  );
  await assertRejects(
    () => softmax().fit(X, given(new BigInt64Array([7n, 1n])), { verbose: 0 }),
    RangeError,
    "targets must be class numbers, integers from 0 to 2: current 7 at [0] of shape [2]",
  );
  await assertRejects(
    () => softmax().fit(X, given(new DataView(new ArrayBuffer(8))), { verbose: 0 }),
    TypeError,
    "current DataView",
  );
});

Deno.test("a loss that takes probabilities is not given logits", async () => {
  const x = [[1, 2]], y = [[0, 1]];
  for (const loss of ["categoricalCrossentropy", "binaryCrossentropy"] as const) {
    const model = new Sequential([new Dense(2, { inputShape: [2] })], { seed: 1 });
    model.compile({ optimizer: "sgd", loss });
    await assertRejects(() => model.fit(x, y, { verbose: 0 }), RangeError, "gives logits");
    await assertRejects(() => model.evaluate(x, y), RangeError, "{ fromLogits: true }");
    model.compile({ optimizer: "sgd", loss: new namedLosses[loss]({ fromLogits: true }) });
    assert((await model.testOnBatch(x, y)).loss > 0);
  }
});
