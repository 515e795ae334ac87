import { assert, assertEquals, assertRejects } from "@std/assert";
import { sideBySide } from "./side_by_side.ts";

Deno.test("so many at once and no more, begun in order, results in order", async () => {
  const begun: number[] = [];
  let running = 0, most = 0;
  const work = async (n: number): Promise<number> => {
    begun.push(n);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, n % 2 === 0 ? 8 : 1));
    running--;
    return n * n;
  };
  assertEquals(await sideBySide([0, 1, 2, 3, 4, 5], work, 2), [0, 1, 4, 9, 16, 25]);
  assertEquals(begun, [0, 1, 2, 3, 4, 5]);
  assertEquals(most, 2);
  assertEquals(await sideBySide([], work), []);
});

Deno.test("an error waits for what has begun and lets nothing else begin", async () => {
  let ended = false;
  const begun: string[] = [];
  const work = async (name: string): Promise<void> => {
    begun.push(name);
    if (name === "fails") throw new Error("no");
    await new Promise((resolve) => setTimeout(resolve, 10));
    ended = true;
  };
  await assertRejects(() => sideBySide(["slow", "fails", "later"], work, 2), Error, "no");
  assert(ended);
  assertEquals(begun, ["slow", "fails"]);
});
