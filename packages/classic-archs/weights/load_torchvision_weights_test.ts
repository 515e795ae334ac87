import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Conv2D, SeparableConv2D } from "@neurite/cnn";
import {
  Dense,
  encodeSafetensors,
  Flatten,
  type Model,
  readSafetensors,
  type SavedTensor,
  Sequential,
} from "@neurite/nn";
import { backendInfo, DataError, Rng } from "@neurite/tensor";
import { googLeNet } from "../networks/goog_le_net.ts";
import { resNet } from "../networks/res_net.ts";
import { vgg } from "../networks/vgg.ts";
import { thinNetworks } from "../testing/thin_networks.ts";
import { torchvisionWeights } from "../testing/torchvision_file.ts";
import { loadTorchvisionWeights } from "./load_torchvision_weights.ts";

type Tensors = Map<string, SavedTensor>;

const fixture = async (name: string): Promise<Tensors> => {
  const path = new URL(`../fixtures/thin_${name}.safetensors`, import.meta.url);
  return (await readSafetensors(path)).tensors;
};
const blob = (tensors: ReadonlyMap<string, SavedTensor>) =>
  new File([encodeSafetensors(tensors).slice()], "the file");
const load = (model: Model, tensors: ReadonlyMap<string, SavedTensor>) =>
  loadTorchvisionWeights(model, blob(tensors));
const valuesOf = (model: Model) => model.getWeights().map((value) => value.dataSync());
const list = (shape: number[], data: number[]): SavedTensor => ({
  dtype: "float32",
  shape,
  data: Float32Array.from(data),
});

/** Whether a model has these values; compared one by one, as there are millions. */
const has = (model: Model, values: ReturnType<typeof valuesOf>) =>
  valuesOf(model).every((own, i) => own.every((value, k) => value === values[i][k]));

/** The error of a file that is refused; the model stays as it was. */
async function refusal(
  model: Model,
  tensors: ReadonlyMap<string, SavedTensor>,
): Promise<DataError> {
  const before = valuesOf(model);
  const error = await assertRejects(() => load(model, tensors), DataError);
  assert(has(model, before));
  assertEquals(error.file, "the file");
  return error;
}

Deno.test("filters of groups, and a dense layer behind a flattened image, by hand", async () => {
  const model = new Sequential([
    new Conv2D(2, 1, { groups: 2, useBias: false, inputShape: [1, 2, 2], name: "conv" }),
    new Flatten(),
    new Dense(1, { useBias: false, name: "fc" }),
  ]);
  await load(
    model,
    new Map([
      ["conv.weight", list([2, 1, 1, 1], [10, 100])],
      // torch.flatten gives both pixels of the first channel, then those of the second.
      ["fc.weight", list([1, 4], [1, 2, 3, 4])],
    ]),
  );
  // Pixel 0 is [1, 0], then [0, 1]; pixel 1 the same.
  const x = [[[[1, 0], [0, 0]]], [[[0, 1], [0, 0]]], [[[0, 0], [1, 0]]], [[[0, 0], [0, 1]]]];
  assertEquals(model.predict(x).array(), [[10 * 1], [100 * 3], [10 * 2], [100 * 4]]);
});

Deno.test("timm's names and shapes of VGG are those of torchvision", async () => {
  const tensors = await fixture("vgg"), own = thinNetworks.vgg(), other = thinNetworks.vgg();
  await load(own, tensors);
  const names: Record<string, string> = {
    "classifier.0": "pre_logits.fc1",
    "classifier.3": "pre_logits.fc2",
    "classifier.6": "head.fc",
  };
  const renamed = new Map(Array.from(tensors, ([name, saved]): [string, SavedTensor] => {
    const [, layer, weight] = /^(.*)\.(\w+)$/.exec(name)!;
    const convolution = { "classifier.0": [12, 6, 4, 4], "classifier.3": [10, 12, 1, 1] }[layer];
    const shape = weight === "weight" && convolution || saved.shape;
    return [`${names[layer] ?? layer}.${weight}`, { ...saved, shape }];
  }));
  await load(other, renamed);
  assertEquals(valuesOf(other), valuesOf(own));
  const error = await refusal(other, new Map([...tensors, ...renamed]));
  assertStringIncludes(
    error.message,
    "there under another name, too: pre_logits.fc1.{bias, weight}",
  );
});

Deno.test("the first names of DenseNet's weights are known", async () => {
  const tensors = await fixture("densenet"), own = thinNetworks.densenet();
  const renamed = Array.from(tensors, ([name, saved]): [string, SavedTensor] => [
    name.replace(/(denselayer\d\.\w+)(\d)\./, "$1.$2."),
    saved,
  ]);
  assert(renamed.some(([name]) => name === "features.denseblock1.denselayer1.norm.1.running_var"));
  await load(own, tensors);
  const other = thinNetworks.densenet();
  await load(other, new Map(renamed));
  assertEquals(valuesOf(other), valuesOf(own));
});

Deno.test("weights in half precision become float32", async () => {
  const header = '{"fc.bias":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]},' +
    '"fc.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[2,6]}}';
  const text = new TextEncoder().encode(header), prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(text.length), true);
  const data = Uint8Array.of(0xc0, 0x3f, 0, 0x3e, 0, 0xc1); // 1.5; 1.5, -2.5
  const model = new Sequential([new Dense(1, { inputShape: [2], name: "fc" })]);
  await loadTorchvisionWeights(model, new Blob([prefix, text, data]));
  assertEquals(valuesOf(model), [Float32Array.of(1.5, -2.5), Float32Array.of(1.5)]);
});

Deno.test("every name that does not fit is listed, and nothing is changed", async () => {
  const tensors = await fixture("resnet"), model = thinNetworks.resnet();
  const changed: Tensors = new Map(tensors);
  changed.delete("layer1.0.bn1.weight");
  changed.delete("layer1.0.bn1.running_var");
  changed.delete("layer2.0.downsample.0.weight");
  changed.set("layer1.0.conv3.weight", list([1], [0]));
  changed.set("bn9.bias", list([1], [0]));
  changed.set("layer1.0.conv1.weight", list([6, 6, 3, 2], Array(216).fill(0)));
  changed.set("fc.bias", { dtype: "int32", shape: [5], data: new Int32Array(5) });
  const { message, found } = await refusal(model, changed);
  const lines = [
    "missing in the file: layer1.0.bn1.{weight, running_var}, layer2.0.downsample.0.weight",
    "unknown to the model: layer1.0.conv3.weight, bn9.bias",
    "of another shape in the file: layer1.0.conv1.weight [6, 6, 3, 3], not [6, 6, 3, 2]",
    "of another element type than F32, F16, BF16: fc.bias I32",
  ];
  assertEquals(found, lines.join("\n  "));
  assertEquals(
    message,
    'Cannot load the file into model "thin_resnet" as it must have the weights of the model, all of ' +
      `them and no others: current\n  ${found}`,
  );
  await load(model, tensors);
});

Deno.test("another number of classes is said, and what to do", async () => {
  const tensors = await fixture("resnet"), model = thinNetworks.resnet();
  tensors.set("fc.weight", list([7, 12], Array(84).fill(0)));
  tensors.set("fc.bias", list([7], Array(7).fill(0)));
  assertStringIncludes(
    (await refusal(model, tensors)).message,
    "current 7 classes, where the model has 5. Make it with { classes: 7 }, or with " +
      "{ includeTop: false } and a classifier of your own\n  of another shape",
  );
});

Deno.test("the weights of another network are called by its name", async () => {
  const small = { stem: "cifar", classes: 10, seed: 1 } as const;
  const file = torchvisionWeights(resNet(18, small)), other = resNet(34, small);
  assertStringIncludes(
    (await refusal(other, file)).message,
    "current those of ResNet-18, where the model is ResNet-34\n  missing in the file: layer1.2.conv1.weight",
  );
  const error = await refusal(vgg(11, small), file);
  assertStringIncludes(error.message, "current those of ResNet-18, where the model is VGG-11");
  // All of them, where the message has no room for them.
  assert(error.message.length <= 4000);
  for (const name of file.keys()) {
    assertStringIncludes(String(error.found), name.replace(/\.[^.]*$/, "."));
  }
  assertStringIncludes(
    (await refusal(other, new Map([["dense.weight", list([1], [0])]]))).message,
    "current those of another network, where the model is ResNet-34",
  );
});

Deno.test("auxiliary classifiers may be missing or superfluous, no others", async () => {
  const small = { stem: "cifar", seed: 1 } as const,
    both = googLeNet({ ...small, auxiliary: true });
  const one = googLeNet(small), value = (name: string) => name.startsWith("aux") ? 2 : 3;
  await load(one, torchvisionWeights(both, value));
  assert(valuesOf(one).every((values) => values.every((n) => n === 3)));

  const before = new Map(both.namedWeights().map(([name, { value }]) => [name, value.dataSync()]));
  await load(both, torchvisionWeights(one, value));
  for (const [name, { value }] of both.namedWeights()) {
    const own = before.get(name)!, kept = name.startsWith("aux");
    assert(value.dataSync().every((n, k) => n === (kept ? own[k] : 3)), name);
  }

  const whole = torchvisionWeights(both, value);
  const isLeft = (name: string) => !name.startsWith("aux") || name === "aux1.fc1.bias";
  const half = new Map([...whole].filter(([name]) => isLeft(name)));
  const { found } = await refusal(both, half);
  assertStringIncludes(String(found), "missing in the file: aux1.conv.conv.weight");
  assert(!String(found).includes("aux2"));
});

Deno.test("a network without a classifier passes over that of the file, and only that", async () => {
  const small = { stem: "cifar", seed: 1 } as const,
    whole = torchvisionWeights(vgg(11, small), () => 3);
  const maps = vgg(11, { ...small, includeTop: false });
  await load(maps, whole);
  assert(valuesOf(maps).every((values) => values.every((n) => n === 3)));
  whole.set("features.99.weight", list([1], [0]));
  assertEquals((await refusal(maps, whole)).found, "unknown to the model: features.99.weight");
});

Deno.test("bytes as they come are taken, as of a response", async () => {
  const url = new URL("../fixtures/thin_alexnet.safetensors", import.meta.url);
  const [one, other, third] = [0, 1, 2].map(() => thinNetworks.alexnet());
  await loadTorchvisionWeights(one, url);
  await loadTorchvisionWeights(other, new Response(await Deno.readFile(url)).body!, {
    file: "page",
  });
  await loadTorchvisionWeights(third, new File([await Deno.readFile(url)], "chosen"));
  assertEquals([valuesOf(other), valuesOf(third)], [valuesOf(one), valuesOf(one)]);
});

Deno.test("weights are read into their place: the device takes no room besides", async () => {
  const model = new Sequential([new Dense(2000, { inputShape: [1500], name: "fc" })], { seed: 1 });
  const file = blob(torchvisionWeights(model, (_, i) => i % 7)), before = backendInfo();
  await loadTorchvisionWeights(model, file);
  const after = backendInfo(); // Models of tests before may have been collected meanwhile.
  assert(after.memoryInUse <= before.memoryInUse && after.memoryReserved <= before.memoryReserved);
  const [kernel] = valuesOf(model);
  // Row by row in the file: of unit k, input j is number 1500 k + j.
  assertEquals([kernel[3], kernel[2000 * 5 + 4]], [4500 % 7, (1500 * 4 + 5) % 7]);
});

Deno.test("files that are damaged, or none, leave the model as it was", async () => {
  const url = new URL("../fixtures/thin_alexnet.safetensors", import.meta.url);
  const bytes = await Deno.readFile(url), model = thinNetworks.alexnet(), before = valuesOf(model);
  const cut = new Blob([bytes.slice(0, -1)]);
  await assertRejects(() => loadTorchvisionWeights(model, cut), DataError, "is truncated");
  const page = new Blob(["<!DOCTYPE html><html>"]);
  await assertRejects(() => loadTorchvisionWeights(model, page), DataError, "a page of text");
  await assertRejects(
    () => loadTorchvisionWeights(model, "no/such/file"),
    DataError,
    "no/such/file",
  );
  assertEquals(valuesOf(model), before);
});

Deno.test("damaged headers are refused, and the model stays as it was, or are read", async () => {
  const url = new URL("../fixtures/thin_vgg.safetensors", import.meta.url), rng = new Rng(1);
  const bytes = await Deno.readFile(url),
    end = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const model = thinNetworks.vgg();
  await loadTorchvisionWeights(model, url);
  let refused = 0;
  for (let round = 0; round < 400; round++) {
    const damaged = bytes.slice(), before = round % 20 === 0 ? valuesOf(model) : undefined;
    // A sign of JSON, a digit, or any byte, in the place of one of the header.
    const signs = [...'{}[],:"0123456789'].map((sign) => sign.charCodeAt(0));
    const sign = round % 3 === 0 ? rng.integer(256) : signs[rng.integer(signs.length)];
    damaged[rng.integer(end)] = sign;
    try {
      await loadTorchvisionWeights(model, new Blob([damaged]));
    } catch (error) {
      assert(error instanceof DataError, String(error));
      if (before !== undefined) assert(has(model, before));
      refused++;
    }
  }
  assert(refused > 300 && refused < 400, `${refused} refused`);
});

Deno.test("layers that torchvision has no names for are refused", async () => {
  const model = new Sequential([
    new SeparableConv2D(1, 1, { inputShape: [1, 1, 1], name: "conv" }),
  ]);
  await assertRejects(() => load(model, new Map()), RangeError, '"conv/depthwise_kernel"');
});
