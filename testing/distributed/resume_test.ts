import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { LambdaCallback, loadModel } from "@neurite/nn";
import { hasMpirun, mpirun, run } from "../mpirun.ts";
import { network, set } from "./resumable_network.ts";

const program = new URL("resumable.ts", import.meta.url);

Deno.test({
  name: "a rank that is killed ends the job; any number of ranks goes on from its checkpoint",
  ignore: !hasMpirun,
  async fn() {
    const folder = await Deno.makeTempDir(), result = `${folder}/result.safetensors`;
    const paths = [`${folder}/checkpoint.safetensors`, result];
    try {
      const job = mpirun(2, program, paths);
      const errors = new Response(job.stderr).text();
      let output = "", killed = 0;
      for await (const text of job.stdout.pipeThrough(new TextDecoderStream())) {
        output += text;
        // In the second epoch of 9 steps.
        if (killed > 0 || (output.match(/step/g)?.length ?? 0) < 14) continue;
        killed = performance.now();
        Deno.kill(Number(output.match(/rank 1 is process (\d+)/)![1]), "SIGKILL");
      }
      const { success } = await job.status;
      assert(!success && performance.now() - killed < 5000, "within seconds");
      assert(/process rank 1 .* signal 9/.test(await errors), "the launcher names it");

      const { code, output: again, errors: others } = await run(3, program, paths);
      assertEquals(code, 0, others);
      const [, epoch, step] = again.match(/begins (\d) (\d)/)!.map(Number);
      const done = output.match(/step/g)!.length, begun = 9 * epoch + step;
      assert(begun > 9 && begun <= done && done - begun <= 3, `${begun} of ${done} steps`);

      const whole = network(), found = await loadModel(result);
      const { history } = await whole.fit(...set(), { batchSize: 12, epochs: 3, verbose: 0 });
      whole.getWeights().forEach((weight, i) => {
        const values = found.getWeights()[i].dataSync();
        weight.dataSync().forEach((v, k) => assertAlmostEquals(values[k], v, 1e-5));
      });
      for (const [name, values] of Object.entries(history)) {
        values.forEach((v, i) => assertAlmostEquals(found.history!.history[name][i], v, 1e-5));
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("in the middle of an epoch, batches of another size go on where they divide what is done", async () => {
  const stopped = async (batchSize: number) => {
    const model = network(), controller = new AbortController();
    let steps = 0;
    const stop = new LambdaCallback({
      onTrainBatchEnd: () => void (++steps === 2 && controller.abort()),
    });
    await model.fit(...set(), {
      batchSize,
      shuffle: false,
      verbose: 0,
      signal: controller.signal,
      callbacks: [stop],
    });
    return model;
  };
  const model = await stopped(12);
  assertEquals([model.progress.step, model.progress.batchSize], [2, 12]);
  await assertRejects(
    () => model.fit(...set(), { batchSize: 10, verbose: 0, resume: true }),
    RangeError,
    "as they must divide those of the epoch that are done: current 24, in batches of 12",
  );
  let begun: number | undefined;
  const first = new LambdaCallback({ onTrainBatchEnd: (step) => void (begun ??= step) });
  await model.fit(...set(), { batchSize: 8, verbose: 0, resume: true, callbacks: [first] });
  assertEquals(begun, 3);
});
