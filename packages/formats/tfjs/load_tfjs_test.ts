import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { loadTfjs } from "@neurite/formats/tfjs";
import type { Model } from "@neurite/nn";
import { DataError, reshape } from "@neurite/tensor";
import { assertClose } from "../../../testing/close.ts";
import fixture from "../fixtures/tfjs/tfjs.json" with { type: "json" };

const folder = new URL("../fixtures/tfjs/", import.meta.url);
const file = (name: string) => new URL(`${name}/model.json`, folder);

/** What a model gives for the inputs of a case, held against TensorFlow.js's. */
function check(model: Model, { inputs, outputs }: typeof fixture.cases[number]): void {
  const xs = inputs.map(({ shape, values }) => reshape(values, shape));
  const ys = model.predictAll(xs.length === 1 ? xs[0] : xs);
  assertEquals(ys.length, outputs.length);
  ys.forEach((y, i) => {
    const { shape, values } = outputs[i];
    assertClose(y, reshape(values, shape).array(), 1e-5, `output ${i}`);
  });
  for (const tensor of [...xs, ...ys]) tensor.dispose();
}

for (const one of fixture.cases) {
  Deno.test(`loadTfjs: ${one.name} gives TensorFlow.js's answers`, async () => {
    check(await loadTfjs(file(one.name)), one);
  });
}

/** The files of a model, as somebody chooses them in a page. */
async function filesOf(name: string): Promise<File[]> {
  const files: File[] = [];
  for await (const { name: path } of Deno.readDir(new URL(`${name}/`, folder))) {
    files.push(new File([await Deno.readFile(new URL(`${name}/${path}`, folder))], path));
  }
  return files.reverse();
}

Deno.test("loadTfjs: all files in a list, a path and an address", async () => {
  const one = fixture.cases.find(({ name }) => name === "images")!;
  check(await loadTfjs(await filesOf("images")), one);
  check(await loadTfjs(file("images").pathname), one);
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    return new Response(await Deno.readFile(new URL(`.${pathname}`, folder)));
  });
  try {
    const address = `http://127.0.0.1:${server.addr.port}/images/model.json`;
    check(await loadTfjs(address), one);
    check(await loadTfjs(await fetch(address)), one);
  } finally {
    await server.shutdown();
  }
});

Deno.test("loadTfjs: a model that was read is trained further", async () => {
  const model = await loadTfjs(file("symbols"));
  const config = model.layers[2].getConfig() as Record<string, unknown>;
  assertEquals(config.kernelRegularizer, { className: "L1L2", config: { l1: 0, l2: 0.1 } });
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  const x = [[1, 2, 0, 3], [3, 6, 5, 0]];
  const { history } = await model.fit(x, [[1, 0], [0, 1]], { epochs: 20, verbose: 0 });
  assert(history.loss.at(-1)! < history.loss[0]);
});

Deno.test("loadTfjs: what Neurite does not have is listed, all at once", async () => {
  const error = await assertRejects(() => loadTfjs(file("unknown")), DataError);
  for (
    const line of [
      'one (LSTM): recurrent_activation must be "sigmoid", and is "hard_sigmoid"',
      "two (Conv1D): there is no such layer",
      "three (LeakyReLU): it must have negative_slope 0.2",
    ]
  ) assertStringIncludes(error.message, line);
});

Deno.test("loadTfjs: missing, damaged and other files are told", async () => {
  const json = (value: unknown, name = "model.json") => new File([JSON.stringify(value)], name);
  const good = JSON.parse(await Deno.readTextFile(file("uint8")));
  const [shard] = (await filesOf("uint8")).filter(({ name }) => name.endsWith(".bin"));
  const changed = (change: (weights: Record<string, unknown>[]) => void) => {
    const copy = structuredClone(good);
    change(copy.weightsManifest[0].weights);
    return json(copy);
  };
  const cases: [source: Parameters<typeof loadTfjs>[0], message: string][] = [
    [[json({ format: "graph-model", modelTopology: { node: [] } })], "current a graph model"],
    [[json({})], "current no modelTopology"],
    [[shard], "model.json must be among its files: current shard1of1.bin"],
    [[json(good)], 'current no "shard1of1.bin" among model.json'],
    [new Blob([JSON.stringify(good)]), "it must be known where its weights are"],
    [[changed((w) => w[0].dtype = w[0].quantization = "complex64"), shard], "current complex64"],
    [[changed((w) => w[0].shape = [1e9, 1e9]), shard], "its files must have the values of weight"],
    [[changed((w) => w.pop()), shard], "its files must have no more than its weights"],
    [[changed((w) => w.reverse()), shard], "it must have the weights of its layers"],
    [[changed((w) => w[0].shape = [-1]), shard], "a weight must have a name and a shape"],
    [[json({ ...good, weightsManifest: 3 }), shard], "current no weightsManifest"],
    [
      [json({ ...good, weightsManifest: [{ paths: ["../../secret"], weights: [] }] })],
      "its weights must be in files beside it: current ../../secret",
    ],
    [new TextEncoder().encode("GGUF"), "current a GGUF file of llama.cpp"],
    [new TextEncoder().encode("{ not json"), "must be the model.json of a TensorFlow.js model"],
  ];
  for (const [source, message] of cases) {
    const error = await assertRejects(() => loadTfjs(source), DataError);
    assertStringIncludes(error.message, message);
  }
});
