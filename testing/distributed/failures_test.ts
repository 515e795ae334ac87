import { assertEquals, assertStringIncludes } from "@std/assert";
import { hasMpirun, run } from "../mpirun.ts";

const program = new URL("failures.ts", import.meta.url), ignore = !hasMpirun;

/** What both ranks are told: the class of the error, and a part of its message. */
const TOLD: Readonly<Record<string, readonly [kind: string, message: string]>> = {
  "not finite": [
    "DivergedError",
    "current NaN in epoch 1, step 2, in the inputs, on rank 1. A smaller",
  ],
  "other models": ["MpiError", "dense/kernel [2, 4] on rank 0, dense/kernel [2, 5] on rank 1"],
  "other optimizers": ["MpiError", "current optimizer SGD on rank 0, optimizer Adam on rank 1"],
  "fewer examples than ranks": ["RangeError", "an example for each of 2 ranks: current 1"],
  "a batch that does not divide": ["RangeError", "among 2 of them: current batchSize 3"],
  "other examples": ["RangeError", "current 8 on rank 0, 7 on rank 1"],
  "an option that is none": ["RangeError", "batchSize must be an integer of at least 1: current 0"],
  "other weights": ["MpiError", 'current "dense_1/bias" of rank 1 is not that of rank 0'],
  "no batches": ["RangeError", "one of them must give batches in every epoch: current none"],
};

Deno.test({
  name: "what one rank cannot train on is refused on all, before anything is changed",
  ignore,
  async fn(t) {
    const { code, output, errors } = await run(2, program);
    assertEquals(code, 0, errors);
    const lines = output.trim().split("\n").map((line) => JSON.parse(line));
    for (const [name, [kind, message]] of Object.entries(TOLD)) {
      await t.step(name, () => {
        const told = lines.filter((line) => line.name === name);
        assertEquals(told.map(({ rank }) => rank).sort(), [0, 1]);
        for (const one of told) {
          assertEquals(one.kind, kind, one.message);
          assertStringIncludes(one.message, message);
        }
      });
    }
    await t.step("not finite: both are where they were before the step", () => {
      const [a, b] = lines.filter((line) => line.name === "left");
      assertEquals([a.step, b.step], [1, 1]);
      assertEquals(a.weights, b.weights);
    });
    await t.step("wrong on one rank: it says what, the other one who", () => {
      const [zero, one] = [0, 1].map((rank) =>
        lines.find((line) => line.name === "wrong on one rank" && line.rank === rank)
      );
      assertEquals(one.kind, "ShapeError");
      assertStringIncludes(zero.message, `current rank 1 of 2 says: ${one.message}`);
    });
  },
});

Deno.test({
  name: "an error of all ranks is told once, and ends them with 1",
  ignore,
  async fn() {
    const { code, errors } = await run(2, program, ["other models"]);
    assertEquals(code, 1);
    assertEquals(errors.match(/MpiError: Cannot train/g)?.length, 1, errors);
  },
});
