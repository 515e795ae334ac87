import { assertEquals, assertGreater, assertLess } from "@std/assert";
import "./backends/wasm/table.ts";
import { backendInfo, useBackend } from "./backends/mod.ts";
import { tensor } from "./create.ts";
import { add, mul, square, sub, sum, tanh } from "./ops/mod.ts";
import { tidy } from "./scope.ts";
import { valueAndGrad } from "./gradient.ts";
import { run } from "./testing/run.ts";

await useBackend("wasm", { threads: 1 });

/** What must not grow. */
function held(): number[] {
  const { liveTensors, memoryInUse, memoryReserved } = backendInfo();
  return [liveTensors, memoryInUse, memoryReserved];
}

Deno.test("10,000 training steps leave the memory as it was after the tenth", () => {
  using x = tensor([[0.5, -1, 2], [1, 0.25, -0.5]]);
  using target = tensor([[0.1], [0.2]]);
  using w = tensor([0.1, 0.2, 0.3]), b = tensor(0);
  const loss = valueAndGrad((w, b) => {
    const y = tanh(add(sum(mul(x, w), { axis: 1, keepDims: true }), b));
    return sum(square(sub(y, target)));
  });
  const step = (): number =>
    tidy(() => {
      const { value, gradients: [dw, db] } = loss(w, b);
      w.assign(sub(w, mul(dw, 0.01)));
      b.assign(sub(b, mul(db, 0.01)));
      return value.item();
    });
  const losses = Array.from({ length: 10 }, step), after = held();
  for (let n = 10; n < 10_000; n++) losses.push(step());
  assertEquals(held(), after);
  assertGreater(losses[0], 0.1);
  assertLess(losses[9_999], 1e-8);
});

Deno.test("100,000 predictions leave the memory as it was after the tenth", () => {
  using w = tensor([0.5, -0.25]), b = tensor(1);
  const predict = (x: number): number => tidy(() => sum(tanh(add(mul(w, x), b))).item());
  const exact = (x: number): number => Math.tanh(0.5 * x + 1) + Math.tanh(1 - 0.25 * x);
  let worst = 0, after: number[] = [];
  for (let n = 0; n < 100_000; n++) {
    if (n === 10) after = held();
    worst = Math.max(worst, Math.abs(predict(n % 7) - exact(n % 7)));
  }
  assertEquals(held(), after);
  assertLess(worst, 1e-6);
});

Deno.test("a loop of changing sizes goes on in the memory it had", () => {
  let after: number[] = [];
  for (let n = 0; n < 2_000; n++) {
    tidy(() => {
      const x = tensor(new Float32Array(1 + (n * 37) % 1000).fill(n));
      assertEquals(sum(mul(x, 2)).item(), 2 * n * x.size);
    });
    if (n === 1_000) after = held();
  }
  assertEquals(held(), after);
});

Deno.test("tensors that are dropped are freed by the garbage collector", async () => {
  const { code, output, errors } = await run(
    `
    import { add, backendInfo, tensor, tidy } from "./mod.ts";
    const before = backendInfo();
    const kept = tensor([1, 2, 3]);
    (function () {
      for (let i = 0; i < 1000; i++) add(tensor([i]), tidy(() => tensor([1])));
    })();
    console.log(backendInfo().liveTensors - before.liveTensors > 1000);
    for (let turn = 0; turn < 50 && backendInfo().liveTensors > before.liveTensors + 1; turn++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const after = backendInfo();
    console.log(after.liveTensors - before.liveTensors, after.memoryInUse - before.memoryInUse);
    console.log(kept.array());
    `,
    "--v8-flags=--expose-gc",
  );
  assertEquals([code, output, errors], [0, "true\n1 64\n[ 1, 2, 3 ]\n", ""]);
});

Deno.test("a tensor that was disposed is not freed again by the garbage collector", async () => {
  const { code, output, errors } = await run(
    `
    import { backendInfo, reshape, tensor } from "./mod.ts";
    const kept = (function () {
      const x = tensor([1, 2]), view = reshape(x, [2, 1]);
      x.dispose();
      return view;
    })();
    for (let turn = 0; turn < 5; turn++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const others = Array.from({ length: 10 }, (_, i) => tensor([i, i]));
    console.log(kept.array(), backendInfo().liveTensors, backendInfo().memoryInUse, others.length);
    `,
    "--v8-flags=--expose-gc",
  );
  assertEquals([code, output, errors], [0, "[ [ 1 ], [ 2 ] ] 11 704 10\n", ""]);
});
