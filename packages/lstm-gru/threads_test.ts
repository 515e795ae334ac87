import { assertEquals } from "@std/assert";
import { GRU, LSTM } from "@neurite/lstm-gru";
import type { RecurrentLayer } from "@neurite/rnn";
import {
  full,
  mul,
  Rng,
  sum,
  type Tensor,
  tidy,
  uniform,
  useBackend,
  valueAndGrad,
} from "@neurite/tensor";

const KINDS: Record<string, () => RecurrentLayer> = {
  LSTM: () => new LSTM(128, { returnSequences: true }),
  "GRU, reset after": () => new GRU(128, { returnSequences: true }),
  "GRU, reset before": () => new GRU(128, { returnSequences: true, resetAfter: false }),
};

/** The states of a layer after all steps and the gradients of its weights, on so many threads. */
async function run(make: () => RecurrentLayer, threads: number): Promise<number[][]> {
  await useBackend("wasm", { threads });
  return tidy(() => {
    const rng = new Rng(1), layer = make(), x = uniform([16, 40, 17], -1, 1, { rng });
    layer.ensureBuilt([[40, 17]], rng);
    const along = uniform([16, 40, 128], -1, 1, { rng });
    full([16, 40, 128 * 8], threads).dispose(); // memory is not clean
    const states = () => layer.call([x], { training: true, rng }) as Tensor;
    const { gradients } = valueAndGrad(() => sum(mul(states(), along)))(
      x,
      ...layer.weights.map(({ value }) => value),
    );
    return [states(), ...gradients].map((tensor) => [...tensor.dataSync()]);
  });
}

for (const [name, make] of Object.entries(KINDS)) {
  Deno.test(`${name}: results do not depend on the number of threads, to the bit`, async () => {
    const alone = await run(make, 1);
    for (let i = 0; i < 10; i++) assertEquals(await run(make, 2), alone);
  });
}
