import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import "./backends/wasm/table.ts";
import fc from "npm:fast-check@4.10.2";
import { backendInfo } from "./backends/mod.ts";
import { tensor } from "./create.ts";
import { DisposedError } from "./errors.ts";
import { add, mul, reshape, square } from "./ops/mod.ts";
import { keep, outsideScopes, tidy } from "./scope.ts";
import { Tensor } from "./tensor.ts";
import { liveTensors } from "./handle.ts";

/** A test that leaves no tensor and no byte behind. */
function test(name: string, body: () => void): void {
  Deno.test(name, () => {
    const tensors = liveTensors(), bytes = backendInfo().memoryInUse;
    body();
    assertEquals(liveTensors(), tensors);
    assertEquals(backendInfo().memoryInUse, bytes);
  });
}

test("tidy frees what is not returned", () => {
  using x = tensor([1, 2]);
  let inner!: Tensor;
  using y = tidy(() => {
    inner = mul(x, 3);
    return add(inner, 1);
  });
  assert(inner.disposed);
  assert(!x.disposed);
  assertEquals(y.array(), [4, 7]);
});

test("what is returned in arrays, maps, sets and objects survives, however deep", () => {
  const make = () => tensor([1]);
  const result = tidy(() => {
    make();
    return {
      list: [make(), [make()]],
      map: new Map([["a", make()], ["b", make()]]),
      set: new Set([make()]),
      bare: Object.assign(Object.create(null), { deep: [{ x: make() }] }) as {
        deep: [{ x: Tensor }];
      },
      text: "text",
      nothing: null,
      number: 5,
    };
  });
  const [first, [second]] = result.list as [Tensor, [Tensor]];
  const all = [first, second, ...result.map.values(), ...result.set, result.bare.deep[0].x];
  assertEquals(all.length, 6);
  for (const x of all) {
    assertEquals(x.array(), [1]);
    x.dispose();
  }
});

test("tensors in instances of classes are not looked for", () => {
  class Holder {
    x = tensor([1]);
  }
  assert(tidy(() => new Holder()).x.disposed);
});

test("a result that contains itself", () => {
  interface Circle {
    x: Tensor;
    self?: Circle;
  }
  const circle = tidy(() => {
    const circle: Circle = { x: tensor([1]) };
    circle.self = circle;
    return circle;
  });
  assertEquals(circle.x.array(), [1]);
  circle.x.dispose();
});

test("scopes in scopes: what survives one belongs to the next", () => {
  let middle!: Tensor;
  const y = tidy(() => {
    middle = tidy(() => add(mul(tensor([2]), 3), 1));
    assert(!middle.disposed);
    return tidy(() => square(middle));
  });
  assert(middle.disposed);
  assertEquals(y.array(), [49]);
  y.dispose();
});

test("a tensor from outside is not freed, returned or not", () => {
  using x = tensor([1]);
  assertStrictEquals(tidy(() => x), x);
  assertEquals(x.array(), [1]);
});

test("an exception gives everything back and closes the scope", () => {
  let made!: Tensor;
  assertThrows(
    () =>
      tidy(() => {
        tidy(() => {
          made = tensor([1]);
          throw new RangeError("on purpose");
        });
      }),
    RangeError,
    "on purpose",
  );
  assert(made.disposed);
  const outside = tensor([1]);
  assert(!outside.disposed);
  outside.dispose();
});

test("a promise is refused, and what was made before it is freed", () => {
  let made!: Tensor;
  const error = assertThrows(() =>
    tidy(async () => {
      made = tensor([1]);
      await Promise.resolve();
    }), TypeError);
  assertEquals(
    error.message,
    "Cannot tidy up as the function must return when it is done: current result a promise. " +
      "Use tidy inside of the asynchronous function",
  );
  assert(made.disposed);
  // A promise that fails is not reported a second time, as unhandled.
  assertThrows(() => tidy(() => Promise.reject(new Error("on purpose"))), TypeError);
});

test("keep takes a tensor out of all scopes", () => {
  let kept!: Tensor, view!: Tensor;
  tidy(() => {
    tidy(() => {
      kept = keep(tensor([1, 2]));
      view = reshape(kept, [2, 1]);
    });
    assert(view.disposed);
    assertEquals(kept.array(), [1, 2]);
  });
  assertEquals(kept.array(), [1, 2]);
  kept.dispose();
});

test("keep takes out what came from an inner scope, and leaves alone what is in none", () => {
  let kept!: Tensor;
  using outside = tensor([5]);
  tidy(() => {
    kept = tidy(() => tensor([1]));
    assertStrictEquals(keep(kept), kept);
    assertStrictEquals(keep(outside), outside);
  });
  assertEquals(kept.array(), [1]);
  kept.dispose();
});

test("outsideScopes: what is made there lives on, and scopes go on after it", () => {
  let state!: Tensor, after!: Tensor;
  tidy(() => {
    state = outsideScopes(() => tidy(() => add(tensor([1]), 1)));
    after = tensor([3]);
    assertThrows(() =>
      outsideScopes(() => {
        throw new RangeError("on purpose");
      }), RangeError);
  });
  assert(after.disposed);
  assertEquals(state.array(), [2]);
  state.dispose();
});

test("using gives a tensor back at the end of the block", () => {
  let seen: Tensor;
  {
    using x = tensor([1]);
    seen = x;
    assert(!seen.disposed);
  }
  assert(seen.disposed);
});

test("dispose twice counts once", () => {
  const before = liveTensors(), x = tensor([1]), view = reshape(x, [1, 1]);
  assertEquals(liveTensors(), before + 2);
  x.dispose();
  x.dispose();
  x[Symbol.dispose]();
  assertEquals(liveTensors(), before + 1);
  assertEquals(view.array(), [[1]]);
  view.dispose();
  view.dispose();
});

test("a tensor that is disposed in its scope", () => {
  tidy(() => {
    const x = tensor([1]);
    x.dispose();
    return x;
  });
});

test("a tensor that was freed says so", () => {
  const x = tensor([[1], [2]]);
  const message = "Cannot use a tensor of shape [2, 1] as its values were freed: current " +
    "state disposed. Return it from tidy(), or keep() it";
  x.dispose();
  using other = tensor([[1], [2]]);
  const uses: (() => unknown)[] = [
    () => x.array(),
    () => x.dataSync(),
    () => x.toNdarray(),
    () => add(x, other),
    () => add(other, x),
    () => square(x),
    () => reshape(x, [2]),
    () => x.assign(other),
    () => other.assign(x),
  ];
  for (const use of uses) assertEquals(assertThrows(use, DisposedError).message, message);
  assertEquals(x.shape, [2, 1]);
  assertEquals(other.array(), [[1], [2]]);
});

test("a tensor made in a scope by way of its constructor is adopted too", () => {
  let x!: Tensor;
  using y = tensor([1, 2]);
  tidy(() => {
    const storage = y.storage;
    storage.references++;
    x = new Tensor(y.backend, storage, [2], "float32");
  });
  assert(x.disposed);
  assertEquals(y.array(), [1, 2]);
});

type Program = readonly ("make" | "view" | "keep" | "dispose" | "return" | "throw" | Program)[];

test("any nesting: what is kept or returned to the top lives, everything else is gone", () => {
  const { program } = fc.letrec<{ program: Program }>((tie) => ({
    program: fc.array(
      fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom("make", "view", "keep", "dispose", "return"),
        fc.constantFrom("make", "make", "throw"),
        tie("program"),
      ),
      { maxLength: 8 },
    ) as fc.Arbitrary<Program>,
  }));
  fc.assert(
    fc.property(program, (list) => {
      const before = liveTensors(), all = new Set<Tensor>();
      const kept = new Set<Tensor>(), ended = new Set<Tensor>();
      /** Runs a program in a scope; the tensors that it returns, or that a part of it returned. */
      const go = (list: Program): Tensor[] =>
        tidy(() => {
          const mine: Tensor[] = [], returned: Tensor[] = [];
          for (const step of list) {
            const last = mine.at(-1);
            if (step === "make") mine.push(tensor([1, 2]));
            else if (step === "throw") throw new RangeError("on purpose");
            else if (typeof step !== "string") {
              try {
                mine.push(...go(step));
              } catch (error) {
                if (!(error instanceof RangeError)) throw error;
              }
            } else if (last !== undefined && !last.disposed) {
              if (step === "view") mine.push(reshape(last, [2, 1].slice(0, 3 - last.rank)));
              if (step === "keep") kept.add(keep(last));
              if (step === "dispose") {
                last.dispose();
                ended.add(last);
              }
              if (step === "return") returned.push(last);
            }
            mine.forEach((x) => all.add(x));
          }
          return returned;
        });
      let returned: Tensor[] = [];
      try {
        returned = go(list);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
      for (const x of all) {
        const lives = (kept.has(x) || returned.includes(x)) && !ended.has(x);
        assertEquals(!x.disposed, lives, "what lives and what does not");
      }
      const living = [...all].filter((x) => !x.disposed);
      assertEquals(liveTensors() - before, living.length);
      for (const x of living) {
        assertEquals([...x.dataSync()], [1, 2]);
        x.dispose();
      }
      assertEquals(liveTensors(), before);
    }),
    { numRuns: 500, seed: 1 },
  );
});
