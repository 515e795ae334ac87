/** Does all trainings of `trainings.ts` on the ranks, and prints what came of them as JSON, by rank 0. */
import { connect, distribute } from "@neurite/distributed";
import { TRAININGS } from "./trainings.ts";

const world = await connect();
for (const [name, train] of Object.entries(TRAININGS)) {
  const result = await train((model, options) => distribute(model, world, options));
  if (world.rank === 0) console.log(JSON.stringify({ name, ...result }));
}
