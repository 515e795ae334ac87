import { assertAlmostEquals, assertEquals } from "@std/assert";
import { hasMpirun, run } from "../mpirun.ts";
import { arraysOfAll, type Shared, streamsOfAll, train } from "./share_trainings.ts";

for (const ranks of [2, 3]) {
  Deno.test({
    name: `${ranks} ranks with examples of their own, unequal shares and an empty one`,
    ignore: !hasMpirun,
    async fn() {
      const { code, output, errors } = await run(ranks, new URL("shares.ts", import.meta.url));
      assertEquals(code, 0, errors);
      const found: Record<string, Shared> = JSON.parse(output);
      for (const [name, all] of Object.entries({ arrays: arraysOfAll, streams: streamsOfAll })) {
        const expected = await train((model) => model, all(ranks), undefined, {});
        expected.weights.flat().forEach((v, i) =>
          assertAlmostEquals(found[name].weights.flat()[i], v, 1e-5, name)
        );
        // The loss of one process is a mean over batches by their sizes, as that of the ranks is.
        expected.loss.forEach((v, i) => assertAlmostEquals(found[name].loss[i], v, 1e-5, name));
      }
    },
  });
}
