/**
 * Huge numbers: the reference is at least as right as the backends that it judges. Values of PyTorch
 * 2.13 in float64 (`torch.softmax`, `log_softmax`, `cross_entropy`, `logsumexp`) and of C for int32.
 */
import { assertEquals } from "@std/assert";
import {
  cumsum,
  grad,
  logSoftmax,
  logsumexp,
  mul,
  softmax,
  softmaxCrossEntropy,
  square,
  sum,
  tensor,
  useBackend,
} from "./mod.ts";

const LOG2 = Math.fround(Math.LN2);

for (const name of ["reference", "wasm"] as const) {
  Deno.test(`softmax and its kin keep the logarithm beside huge numbers, on ${name}`, async () => {
    await useBackend(name);
    const x = tensor([[1e30, 1e30, 1]]), small = [[3e38, 3e38, -3e38]];
    assertEquals(softmax(x).array(), [[0.5, 0.5, 0]]);
    assertEquals(softmax(small).array(), [[0.5, 0.5, 0]]);
    const [first, second] = logSoftmax(x).dataSync();
    assertEquals([first, second], [-LOG2, -LOG2]);
    assertEquals([...softmaxCrossEntropy([0], x).dataSync()], [LOG2]);
    assertEquals([...softmaxCrossEntropy([[1, 0, 0]], x).dataSync()], [LOG2]);
    const dx = grad((x) => sum(softmaxCrossEntropy([0], x)))(x);
    assertEquals(dx.array(), [[-0.5, 0.5, 0]]);
    assertEquals(Math.fround(logsumexp([1e30, 1e30]).item()), Math.fround(1e30));
  });

  Deno.test(`logsumexp of nothing is -Infinity, on ${name}`, async () => {
    await useBackend(name);
    assertEquals(logsumexp([]).item(), -Infinity);
    assertEquals(logsumexp([[], []], 1).array(), [-Infinity, -Infinity]);
    assertEquals(logsumexp([[], []], { axis: 1, keepDims: true }).array(), [[-Infinity], [
      -Infinity,
    ]]);
  });

  Deno.test(`int32 products wrap as in C, on ${name}`, async () => {
    await useBackend(name);
    const of = (...values: number[]) => tensor(Int32Array.of(...values));
    assertEquals(mul(of(123456789, 2 ** 31 - 1), of(987654321, 2 ** 31 - 1)).array(), [
      -67153019,
      1,
    ]);
    assertEquals(square(of(-(2 ** 31), 46341, 123456789)).array(), [0, -2147479015, -1757895751]);
    assertEquals(sum(of(2 ** 31 - 1, 1)).item(), -(2 ** 31));
    assertEquals(cumsum(of(2 ** 31 - 1, 2 ** 31 - 1, 2)).array(), [2 ** 31 - 1, -2, 0]);
  });
}

Deno.test("the backend is put back", async () => {
  assertEquals((await useBackend("wasm", { threads: 1 })).name, "wasm");
});
