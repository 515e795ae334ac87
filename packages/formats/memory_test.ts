import { assert } from "@std/assert";
import { toKeras } from "@neurite/formats";
import { Dense, encodeSafetensors, type SavedTensor, Sequential } from "@neurite/nn";

/** Memory that a file may take: a multiple of its size, and what garbage may lie about. */
const MOST_TIMES_SIZE = 3, BESIDES = 48 * 2 ** 20;
/** Units of the layer: 64 MiB of weights. */
const UNITS = 16_384, INPUTS = 1024;

/** The parameters that PyTorch's `Linear` has. */
function linear(units: number): Map<string, SavedTensor> {
  const tensor = (shape: number[]): SavedTensor => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5);
    return { dtype: "float32", shape, data };
  };
  return new Map([["0.weight", tensor([units, INPUTS])], ["0.bias", tensor([units])]]);
}

/** A file, large or small, of each reader. */
const FILES: Readonly<Record<string, (path: string, units: number) => Promise<void>>> = {
  async keras(path, units) {
    const model = new Sequential([
      new Dense(units, { inputShape: [INPUTS], kernelInitializer: "ones" }),
    ]);
    await Deno.writeFile(path, await toKeras(model));
    for (const { value } of model.weights) value.dispose();
  },
  async torch(path, units) {
    await Deno.writeFile(path, encodeSafetensors(linear(units)));
  },
  async tfjs(path, units) {
    const layer = { class_name: "Dense", config: { units, batch_input_shape: [null, INPUTS] } };
    const weights = [
      { name: "dense/kernel", shape: [INPUTS, units], dtype: "float32" },
      { name: "dense/bias", shape: [units], dtype: "float32" },
    ];
    const shard = path.replace(/^.*\//, "") + ".bin";
    await Deno.writeFile(`${path}.bin`, new Uint8Array(4 * (INPUTS + 1) * units));
    const modelTopology = { class_name: "Sequential", config: { name: "m", layers: [layer] } };
    const weightsManifest = [{ paths: [shard], weights }];
    await Deno.writeTextFile(path, JSON.stringify({ modelTopology, weightsManifest }));
  },
};

for (const [reader, write] of Object.entries(FILES)) {
  Deno.test({
    name: `a large file takes three times its size at most: ${reader}`,
    ignore: Deno.build.os !== "linux", // Only there a process knows its largest size.
    async fn() {
      const folder = await Deno.makeTempDir(),
        [small, large] = [`${folder}/small`, `${folder}/large`];
      try {
        await write(small, 1);
        await write(large, UNITS);
        const script = new URL("testing/load_large.ts", import.meta.url).pathname;
        const flags = ["--quiet", "--no-check", "--no-prompt", "--no-lock", "--allow-all"];
        const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
          args: ["run", ...flags, script, reader, large, small, String(UNITS)],
        }).output();
        const memory = Number(new TextDecoder().decode(stdout)), size = 4 * (INPUTS + 1) * UNITS;
        assert(memory > 0, new TextDecoder().decode(stderr));
        assert(memory < MOST_TIMES_SIZE * size + BESIDES, `${memory} bytes for ${size}`);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
