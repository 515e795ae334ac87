/**
 * Other libraries that compute by WebGPU, on products and on those of the book's jobs that they can
 * train, under the same names: a line of JSON each, `{"backend","job","ms","gflops"}`. They come from
 * the npm registry when they are asked for.
 *
 * `deno run -A --no-lock bench/rivals.ts jax-js|tfjs-webgpu [side ...]`
 */

/** Given at once, as in `devices.ts`. */
const AT_ONCE_MS = 300, ROUNDS = 3;
const [wanted, ...sides] = Deno.args, SIDES = sides.map(Number);
const MLP = { name: "mlp-784-512-10 b128 sgd", sizes: [784, 512, 10], batch: 128 };
const AUTOENCODER = { name: "autoencoder-64 b256 adam", sizes: [784, 64, 784], batch: 256 };

/** Milliseconds of a step, of many at once; `wait` ends when all are done. */
async function stepTime(step: () => unknown, wait: () => Promise<unknown>): Promise<number> {
  const elapsed = async (count: number) => {
    const start = performance.now();
    for (let i = 0; i < count; i++) await step();
    await wait();
    return performance.now() - start;
  };
  await elapsed(2);
  const count = Math.ceil(AT_ONCE_MS / (await elapsed(3) / 3)), times: number[] = [];
  await elapsed(count);
  for (let round = 0; round < ROUNDS; round++) times.push(await elapsed(count) / count);
  return times.sort((p, q) => p - q)[ROUNDS >> 1];
}

function tell(backend: string, job: string, flops: number, ms: number): void {
  const numbers = {
    ms: Number(ms.toPrecision(4)),
    gflops: Number((flops / ms / 1e6).toPrecision(3)),
  };
  console.log(JSON.stringify({ backend, job, ...numbers }));
}

/** Floating-point operations of a step: forth, and back but for the inputs of the first layer. */
const flopsOf = ({ sizes: [a, b, c], batch }: typeof MLP): number =>
  2 * batch * (2 * a * b + 3 * b * c);

// deno-lint-ignore no-explicit-any -- modules whose types are not loaded
type Library = any;

/** By an import whose name is not known before, so that nobody loads it who does not ask. */
const load = async (name: string): Promise<Library> => await import(name);

async function jaxJs(): Promise<void> {
  const jax = await load("npm:@jax-js/jax@0.1.25");
  const { blockUntilReady, defaultDevice, init, jit, nn, numpy: np, random, tree, valueAndGrad } =
    jax;
  const name = "jax-js webgpu";
  await init("webgpu");
  defaultDevice("webgpu");
  const numbers = (shape: number[], most = 0.1) =>
    random.uniform(random.key(shape[0]), shape, { minval: -most, maxval: most });
  for (const side of SIDES) {
    const a = numbers([side, side]), b = numbers([side, side]);
    let last: Library;
    const ms = await stepTime(() => {
      last?.dispose();
      last = np.dot(a.ref, b.ref);
    }, () => blockUntilReady(last));
    tell(name, `product ${side}`, 2 * side ** 3, ms);
  }
  for (const job of [MLP, AUTOENCODER]) {
    const [n, hidden, out] = job.sizes, f = job === MLP ? nn.sigmoid : nn.relu;
    let weights: Library = {
      u: numbers([n, hidden]),
      b: numbers([hidden]),
      w: numbers([hidden, out]),
      c: numbers([out]),
    };
    const x = np.abs(numbers([job.batch, n])), y = np.abs(numbers([job.batch, out]));
    const loss = (p: Library, x: Library, y: Library) => {
      const z = f(np.dot(f(np.dot(x, p.u).add(p.b)), p.w).add(p.c));
      return np.square(z.sub(y)).sum().mul(1 / job.batch / out);
    };
    const gradients = jit(valueAndGrad(loss));
    // Plain descent stands for Adam, too: it is less work.
    const descend = jit((p: Library, g: Library) =>
      tree.map((a: Library, b: Library) => a.sub(b.mul(0.01)), p, g)
    );
    const ms = await stepTime(() => {
      const [value, slopes] = gradients(tree.ref(weights), x.ref, y.ref);
      weights = descend(weights, slopes);
      value.dispose?.();
    }, () => blockUntilReady(weights));
    tell(name, job.name, flopsOf(job), ms);
  }
}

async function tfjsWebgpu(): Promise<void> {
  const { default: tf } = await load("npm:@tensorflow/tfjs@4.22.0");
  await load("npm:@tensorflow/tfjs-backend-webgpu@4.22.0");
  if (!await tf.setBackend("webgpu")) throw new Error("its backend does not start");
  await tf.ready();
  const name = "tfjs-webgpu";
  for (const side of SIDES) {
    const a = tf.randomUniform([side, side], -1, 1), b = tf.randomUniform([side, side], -1, 1);
    let last: Library;
    const ms = await stepTime(() => {
      last?.dispose();
      last = tf.matMul(a, b);
    }, async () => await last.slice([0, 0], [1, 1]).data());
    tell(name, `product ${side}`, 2 * side ** 3, ms);
  }
  for (const job of [MLP, AUTOENCODER]) {
    const [n, hidden, out] = job.sizes, activation = job === MLP ? "sigmoid" : "relu";
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: hidden, activation, inputShape: [n] }),
        tf.layers.dense({ units: out, activation }),
      ],
    });
    const optimizer = job === MLP ? tf.train.sgd(0.5) : "adam";
    model.compile({ optimizer, loss: "meanSquaredError" });
    const x = tf.randomUniform([job.batch, n]), y = tf.randomUniform([job.batch, out]);
    // `trainOnBatch` reads the loss, as every step of its `fit` does.
    const ms = await stepTime(() => model.trainOnBatch(x, y), () => Promise.resolve());
    tell(name, job.name, flopsOf(job), ms);
  }
}

const RIVALS: Record<string, () => Promise<void>> = { "jax-js": jaxJs, "tfjs-webgpu": tfjsWebgpu };
try {
  await RIVALS[wanted]();
} catch (error) {
  console.error(`left out, ${wanted}: ${(error as Error).message}`);
}
Deno.exit();
