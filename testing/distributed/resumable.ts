/**
 * Trains, and saves the model after every third step; goes on from the file where there is one, which
 * only rank 0 looks for. Every rank prints its process, rank 0 where it begins and every step. The
 * arguments are the paths of the checkpoint and of what is written at the end.
 */
import { connect, distribute } from "@neurite/distributed";
import { Callback, ModelCheckpoint } from "@neurite/nn";
import { network, set } from "./resumable_network.ts";

const world = await connect(), [checkpoint, result] = Deno.args;
const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

class Steps extends Callback {
  override async onTrainBatchEnd(step: number): Promise<void> {
    if (world.rank === 0) print(`step ${step}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

print(`rank ${world.rank} is process ${Deno.pid}`);
const model = distribute(network(), world, { batch: "global" });
const resume = world.rank === 0 && await Deno.stat(checkpoint).then(() => true, () => false);
if (resume) await model.restore(checkpoint);
if (world.rank === 0) print(`begins ${model.progress.epoch} ${model.progress.step}`);
await model.fit(...set(), {
  batchSize: 12,
  epochs: 3,
  verbose: 0,
  resume,
  callbacks: [new ModelCheckpoint({ filepath: checkpoint, saveFreq: 3 }), new Steps()],
});
await model.save(result);
