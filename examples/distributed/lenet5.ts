/**
 * LeNet-5 learns handwritten digits on several processes, which average their gradients by MPI.
 *
 * `--ranks 2` starts `mpirun`; started by `mpirun` it takes part. A step has 128 digits however many
 * processes share it, so that all of them learn the same weights in less time. A checkpoint is written
 * every 100 steps: stopped, killed, or one of its processes killed, it goes on from there with
 * `--resume`, on any number of processes. Expect 98.5 % after 3 epochs.
 *
 * `deno task example distributed/lenet5 [--ranks n] [--resume] [--full] [--epochs n] [--backend b]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-run --allow-sys --allow-net=ossci-datasets.s3.amazonaws.com,storage.googleapis.com
 */
import { leNet5 } from "@neurite/cnn";
import { oneHot } from "@neurite/datasets";
import { connect, distribute } from "@neurite/distributed";
import { ModelCheckpoint } from "@neurite/nn";
import { startBackend } from "../common/backend.ts";
import { loadDigits } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { readOptions, trainingLine, type TrainingOptions, whole } from "../common/options.ts";
import { asImages } from "../common/pixels.ts";
import { mpirun } from "../common/mpirun.ts";

const program = trainingLine({
  name: "deno task example distributed/lenet5",
  description: "Trains LeNet-5 on handwritten digits, on several processes.",
  check: "a small run that fails below 90 % accuracy",
  full: "20 epochs",
}, 3)
  .option("--ranks <n>", "starts so many processes by mpirun", whole(1))
  .option("--batch <n>", "digits in a step of all processes together", whole(1), 128)
  .option("--resume", "goes on from the checkpoint", false);
const options = readOptions<
  TrainingOptions & { ranks?: number; batch: number; resume: boolean }
>(program);
if (options.ranks !== undefined) Deno.exit(await mpirun(options.ranks, import.meta.url));

const world = await connect().catch((error: Error): never => {
  if (!options.check) return program.error(`error: ${error.message}`);
  console.warn(`*** NOT CHECKED, as there is no MPI: ${error.message}`);
  Deno.exit();
});
const print = (text: string) => world.rank === 0 && console.log(text);
const epochs = options.epochs ?? (options.check ? 4 : options.full ? 20 : 3);
const limit = options.check ? 6000 : undefined, { out, seed, batch: batchSize } = options;
const checkpoint = `${out}/lenet5_distributed.safetensors`;
await Deno.mkdir(out, { recursive: true });
const backend = await startBackend(program, { ...options, threads: options.threads ?? 1 });
const { name, data: { train, test } } = await loadDigits({ ...options, limit });
print(`${train.labels.size} ${name} digits, ${world.size} ranks by ${world.library}; ${backend}`);

const model = distribute(leNet5({ seed }), world, { batch: "global" });
model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
if (options.resume && world.rank === 0) await model.restore(checkpoint);
await model.fit(asImages(train), oneHot(train.labels, 10), {
  batchSize,
  epochs,
  validationSplit: 0.1,
  resume: options.resume,
  callbacks: [new ModelCheckpoint({ filepath: checkpoint, saveFreq: 100 })],
});
const score = await model.evaluate(asImages(test), oneHot(test.labels, 10));
print(`Test accuracy ${(100 * score.accuracy).toFixed(2)} % after ${epochs} epochs, ${elapsed()}`);
if (world.rank > 0) Deno.exit();
finish(options, [["an accuracy of at least 0.9", score.accuracy >= 0.9]]);
