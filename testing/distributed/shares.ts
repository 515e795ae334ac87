/** Each rank trains on examples of its own, of which there are not as many; rank 0 prints the outcome. */
import { connect, distribute } from "@neurite/distributed";
import { ownStream, share, train } from "./share_trainings.ts";

const world = await connect(), { rank, size } = world;
const results = {
  arrays: await train(
    (model) => distribute(model, world, { data: "share" }),
    ...share(rank, size),
    { batchSize: 4, shuffle: false },
  ),
  streams: await train((model) => distribute(model, world), ownStream(rank, size), undefined, {}),
};
if (rank === 0) console.log(JSON.stringify(results));
