/** onnxruntime, as a WebAssembly module and as a native one: what runs the models that tests write. */
import * as native from "onnxruntime-node";
import * as web from "onnxruntime-web";
import { type Tensor, tensor } from "@neurite/tensor";

/** The runtimes by name. */
export const RUNTIMES = ["onnxruntime-web", "onnxruntime-node"] as const;

/** The results that a runtime computes of inputs, in the order of the model's outputs. */
export async function runWith(
  runtime: typeof RUNTIMES[number],
  model: Uint8Array,
  inputs: readonly Tensor[],
): Promise<Tensor[]> {
  const ort = runtime === "onnxruntime-web" ? web : native;
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3 });
  try {
    const feeds = Object.fromEntries(inputs.map((x, i) => [
      session.inputNames[i],
      new ort.Tensor("float32", Float32Array.from(x.dataSync()), [...x.shape]),
    ]));
    const results = await session.run(feeds as never);
    return session.outputNames.map((name) => {
      const { data, dims } = results[name];
      return tensor(data as Float32Array, { shape: [...dims] });
    });
  } finally {
    await session.release();
  }
}
