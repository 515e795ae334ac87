import { assertAlmostEquals, assertEquals } from "@std/assert";
import { hasMpirun, run } from "../mpirun.ts";
import { type Result, TRAININGS } from "./trainings.ts";

const ignore = !hasMpirun;

/** Numbers that differ by rounding alone. */
function assertClose(found: readonly number[], expected: readonly number[], what: string): void {
  assertEquals(found.length, expected.length, what);
  found.forEach((v, i) =>
    assertAlmostEquals(v, expected[i], 2e-5 * (1 + Math.abs(expected[i])), what)
  );
}

for (const ranks of [1, 2, 3]) {
  Deno.test({
    name: `${ranks} ranks take the steps of one process, to rounding`,
    ignore,
    async fn(t) {
      const { code, output, errors } = await run(ranks, new URL("train.ts", import.meta.url));
      assertEquals(code, 0, errors);
      const results = output.trim().split("\n").map((line) => JSON.parse(line));
      for (const [name, train] of Object.entries(TRAININGS)) {
        await t.step(name, async () => {
          const found: Result = results.find((result) => result.name === name);
          const expected = await train((model) => model);
          expected.weights.forEach((w, i) => assertClose(found.weights[i], w, `weight ${i}`));
          assertEquals(Object.keys(found.history), Object.keys(expected.history));
          for (const [key, values] of Object.entries(expected.history)) {
            assertClose(found.history[key], values, key);
          }
          // The loss of masked sequences depends on how they are batched, on one process, too.
          const measured = name.startsWith("masked") ? ["mae"] : Object.keys(expected.score);
          for (const key of measured) {
            assertClose([found.score[key]], [expected.score[key]], `evaluate ${key}`);
          }
        });
      }
    },
  });
}
