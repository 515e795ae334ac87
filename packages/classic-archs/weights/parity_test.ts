/** The networks whole: the logits of torchvision's for the same random weights. */
import { assert } from "@std/assert";
import { alexNet } from "../networks/alex_net.ts";
import { denseNet } from "../networks/dense_net.ts";
import { googLeNet } from "../networks/goog_le_net.ts";
import { resNet } from "../networks/res_net.ts";
import { vgg } from "../networks/vgg.ts";
import { images } from "../testing/images.ts";
import { findPython, runPython } from "../../../testing/python.ts";
import { loadTorchvisionWeights } from "./load_torchvision_weights.ts";

/** torchvision is only looked for: its compiled part may not fit. */
const MODULES =
  "import importlib.util as u, torch, safetensors.torch; assert u.find_spec('torchvision')";

/** Logits are about 1: see `classic_parity.py`. */
const TOLERANCE = 1e-3;

const NETWORKS = {
  alexnet: () => alexNet({ seed: 1 }),
  vgg16: () => vgg(16, { seed: 1 }),
  googlenet: () => googLeNet({ seed: 1 }),
  googlenet_transformed: () => googLeNet({ transformInput: true, seed: 1 }),
  resnet18: () => resNet(18, { seed: 1 }),
  resnet50: () => resNet(50, { seed: 1 }),
  densenet121: () => denseNet(121, { seed: 1 }),
};

const python = findPython(MODULES, "logits of whole networks against PyTorch's");

for (const [name, make] of Object.entries(NETWORKS)) {
  Deno.test(`${name} has PyTorch's logits`, { ignore: python === undefined }, async () => {
    const folder = await Deno.makeTempDir(), file = `${folder}/${name}`;
    try {
      await runPython(python!, "classic_parity.py", [folder, name]);
      const expected: number[][] = JSON.parse(await Deno.readTextFile(`${file}.json`));
      const model = make();
      await loadTorchvisionWeights(model, `${file}.safetensors`);
      const found = model.predict(images(expected.length, 224)).array() as number[][];
      const off = expected.flatMap((row, i) => row.map((z, k) => Math.abs(z - found[i][k])));
      const worst = off.reduce((a, b) => Math.max(a, b)), spread = deviation(expected.flat());
      assert(worst <= TOLERANCE, `logits are off by ${worst}`);
      assert(spread > 0.5 && spread < 2, `logits of standard deviation ${spread} say little`);
      for (const { value } of model.weights) value.dispose();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}
