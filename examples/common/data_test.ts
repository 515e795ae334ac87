import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DataError } from "@neurite/tensor";
import { loadDigits, loadPhotographs, loadSomeDigits, realOr } from "./data.ts";

/** What `run` gives, and what it prints. */
async function listen<T>(run: () => Promise<T>): Promise<{ value: T; printed: string }> {
  const { log } = console;
  let printed = "";
  console.log = (line: string) => printed += line;
  try {
    const value = await run();
    return { value, printed };
  } finally {
    console.log = log;
  }
}

Deno.test("realOr takes the real set in silence", async () => {
  const { value, printed } = await listen(() =>
    realOr("MNIST", () => Promise.resolve(1), "Drawn digits", () => 2)
  );
  assertEquals([value, printed], [{ name: "MNIST", data: 1 }, ""]);
});

Deno.test("realOr says loudly what it takes instead, and why", async () => {
  const fail = () => Promise.reject(new DataError("no such file"));
  const { value, printed } = await listen(() => realOr("MNIST", fail, "Drawn digits", () => 2));
  assertEquals(value, { name: "synthetic", data: 2 });
  assertStringIncludes(printed, "*** NOT MNIST: no such file\n*** Drawn digits are used instead.");
});

Deno.test("realOr lets other errors through", async () => {
  const fail = () => Promise.reject(new TypeError("a bug"));
  await assertRejects(() => realOr("MNIST", fail, "Drawn digits", () => 2), TypeError, "a bug");
});

Deno.test("digits where there is no MNIST are drawn, a fifth to test with, from the seed", async () => {
  const data = await Deno.makeTempDir();
  try {
    const load = () => loadDigits({ data, limit: 20, seed: 3 });
    const { value: { name, data: { train, test } }, printed } = await listen(load);
    assertEquals(name, "synthetic");
    assertStringIncludes(printed, "NOT MNIST");
    assertEquals([train.images.shape, test.labels.shape], [[20, 28, 28], [4]]);
    const { value: again } = await listen(load);
    assertEquals(again.data.train.images.data, train.images.data);
    const { value: some } = await listen(() => loadSomeDigits({ data, limit: 20, seed: 3 }));
    assertEquals(some.data.images.data, train.images.data);
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});

Deno.test("photographs where there is no CIFAR-10 are drawn shapes, a fifth to test with", async () => {
  const data = await Deno.makeTempDir();
  try {
    const { value: { name, data: { train, test } }, printed } = await listen(() =>
      loadPhotographs({ data, limit: 20, seed: 3 })
    );
    assertEquals(name, "synthetic");
    assertStringIncludes(printed, "NOT CIFAR-10");
    assertEquals([train.images.shape, test.labels.shape], [[20, 32, 32, 3], [4]]);
    assertEquals(train.images.data.length, 20 * 3072);
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});
