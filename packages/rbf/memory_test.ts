import { RBFNet, type Update } from "@neurite/rbf";
import { backendInfo, tensor, tidy } from "@neurite/tensor";
import { assert, assertEquals } from "@std/assert";

/** What must not grow. */
function held(): number[] {
  const { liveTensors, memoryInUse } = backendInfo();
  return [liveTensors, memoryInUse];
}

const X = [[0, 0], [0, 1], [1, 0], [1, 1], [2, 2]], y = [[1, 0], [0, 1], [0, 1], [1, 0], [1, 1]];

Deno.test("10,000 training steps and many fits leave the four parameters behind", () => {
  const net = new RBFNet({ k: 3, epochs: 2000, seed: 1 }), none = held();
  net.fit(X, y); // 2,000 epochs of 5 steps
  const first = held();
  assertEquals(first[0], none[0] + 4);
  for (const update of ["online", "minibatch", "batch"] as Update[]) {
    net.fit(X, y, { update, shuffle: true });
    assertEquals(held(), first);
  }
  for (let i = 0; i < 20; i++) net.fit(X, y, { solve: "least-squares" });
  assertEquals(held(), first);
});

Deno.test("100,000 predictions leave memory and live tensors as after the tenth", () => {
  const net = new RBFNet({ k: 3, epochs: 1, seed: 1 });
  net.fit(X, y);
  const expected = tidy(() => net.predict([X[1]]).array());
  let after: number[] = [];
  for (let n = 0; n < 100_000; n++) {
    if (n === 10) after = held();
    using F = net.predict([X[1]]);
    if (n % 1000 === 0) assertEquals(F.array(), expected);
  }
  assertEquals(held(), after);
});

Deno.test("fits that fail leave nothing behind, and tensors that were given stay the caller's", () => {
  using given = tensor(X), desired = tensor(y), weights = tensor([[1, 2], [3, 4], [5, 6]]);
  const net = new RBFNet({ k: 3, epochs: 2, learningRate: 1e30, seed: 1 }), before = held();
  const fails = (f: () => unknown) => {
    try {
      f();
      return false;
    } catch {
      return true;
    }
  };
  assert(fails(() => net.fit(given, desired)));
  assert(fails(() => net.fit(given, [1, 2])));
  assert(fails(() => net.fit(given, desired, { solve: "least-squares", ridge: -1 })));
  assert(fails(() => net.predict(given)));
  assertEquals(held(), before);
  const good = new RBFNet({ k: 3, epochs: 2, seed: 1 });
  good.fit(given, desired, { initial: { weights } });
  assertEquals([given.disposed, desired.disposed, weights.array()], [
    false,
    false,
    [[1, 2], [3, 4], [5, 6]],
  ]);
});

Deno.test("a net that is fitted within tidy outlives it", () => {
  const net = new RBFNet({ k: 2, epochs: 1, seed: 1 });
  tidy(() => {
    net.fit(X, y);
  });
  assertEquals(net.weights.disposed, false);
  assertEquals(net.predict(X).shape, [5, 2]);
});
