/** What `try_in_page.ts` runs in a page and in its worker: it learns, saves and loads, and says what it found. */
import { loadMnist } from "@neurite/datasets";
import { loadTorchvisionWeights } from "@neurite/classic-archs";
import { decodeImage, imageFolder } from "@neurite/images";
import { Dense, encodeSafetensors, loadModel, saveModel, Sequential } from "@neurite/nn";
import { Perceptron } from "@neurite/perceptron";
import { backendInfo, releaseMemory, useBackend, zeros } from "@neurite/tensor";

/** What a page reports. */
export interface Report {
  /** Whether a perceptron learnt AND. */
  and: boolean;
  /** Whether `fit` brought the loss of XOR down, with its progress shown. */
  fit: boolean;
  /** Whether PNG and JPEG files that the page wrote were decoded, and made a set of two classes. */
  images: boolean;
  /** Whether weights were taken from a file that was chosen, and as they came from a server. */
  weights: boolean;
  /** The places that gave back the model that was saved there. */
  places: string[];
  /** Whether digits came by `fetch`, and the second time out of the cache. */
  digits: boolean;
  /** What a server of another origin answered: with leave the model, without an error that says so. */
  elsewhere: string;
  /** Whether memory that was not needed any longer was given back. */
  released: boolean;
  /** What computed. */
  backend: string;
  /** Its threads. */
  threads: number;
  /** Why there is only one. */
  singleThread: string;
}

/** What the whole page reports. */
export interface FromPage {
  /** Its own thread. */
  page: Report | { error: string };
  /** Frames in a second while a model learns there. */
  frames: number;
  /** Whether a training in a worker, by one call, gave the same weights. */
  beside: boolean;
  /** A worker of the page. */
  inside: Report | { error: string };
}

/** An error as it is reported. */
export function failed(error: Error): { error: string } {
  return { error: String(error?.stack ?? error) };
}

/** A picture in one colour, as a file of this type. */
async function fileOf(type: string, colour: string): Promise<Blob> {
  type Brush = { fillStyle: string; fillRect(x: number, y: number, w: number, h: number): void };
  const canvas = new OffscreenCanvas(24, 16), context = canvas.getContext("2d") as unknown as Brush;
  context.fillStyle = colour;
  context.fillRect(0, 0, 24, 16);
  return await canvas.convertToBlob({ type });
}

/** Decodes what the page itself wrote. */
async function see(): Promise<boolean> {
  const files = [await fileOf("image/png", "#c80a32"), await fileOf("image/jpeg", "#c80a32")];
  const near = await Promise.all(files.map(async (file) => {
    const image = decodeImage(new Uint8Array(await file.arrayBuffer()), { channels: 3 });
    const colour = [0xc8, 0x0a, 0x32];
    return image.width === 24 && image.height === 16 &&
      image.data.every((value, i) => Math.abs(value - colour[i % 3]) <= 3);
  }));
  const chosen = files.map((file, i) => ({
    webkitRelativePath: `photos/${["red", "reds"][i]}/1.${["png", "jpg"][i]}`,
    arrayBuffer: () => file.arrayBuffer(),
  }));
  const { train, classes } = await imageFolder(chosen, { size: 8, split: 1 });
  const { x } = await train.arrays();
  return near.every(Boolean) && classes.join() === "red,reds" && x.shape.join() === "2,8,8,3";
}

/** Takes weights, in PyTorch's layout, from a file and from a response. */
async function load(): Promise<boolean> {
  const saved = (shape: number[], data: number[]) =>
    ({ dtype: "float32", shape, data: Float32Array.from(data) }) as const;
  const bytes = encodeSafetensors(
    new Map([["fc.weight", saved([1, 2], [3, 4])], ["fc.bias", saved([1], [5])]]),
  ).slice();
  const sources = [new File([bytes], "fc.safetensors"), new Response(bytes).body!];
  const results = await Promise.all(sources.map(async (source) => {
    const model = new Sequential([new Dense(1, { inputShape: [2], name: "fc" })]);
    await loadTorchvisionWeights(model, source);
    return model.predict([[1, 2]]).dataSync()[0];
  }));
  return results.every((result) => result === 16);
}

/** Saves a model to every place of a page, and takes it from there. */
async function keepModel(model: Sequential): Promise<string[]> {
  const expected = model.predict([[1, 0]]).dataSync()[0], found: string[] = [];
  const check = async (place: string, source: Parameters<typeof loadModel>[0]) => {
    const again = await loadModel(source);
    // The reference computes in 64 bits, and weights are saved in 32.
    const error = again.predict([[1, 0]]).dataSync()[0] - expected;
    if (Math.abs(error) < 1e-5) found.push(place);
  };
  await check("Uint8Array", await saveModel(model, Uint8Array));
  await check("Blob", await saveModel(model, Blob));
  await check("Response", await saveModel(model, Response));
  for (const place of ["opfs://models/xor.safetensors", "indexeddb://xor"]) {
    await saveModel(model, place);
    await saveModel(model, place); // in place of the first one
    await check(place.split(":")[0], place);
  }
  const { storage } = navigator as unknown as { storage: { getDirectory(): Promise<Folder> } };
  type Handle = Parameters<typeof loadModel>[0] & Parameters<typeof saveModel>[1];
  type Folder = { getFileHandle(name: string, options: { create: boolean }): Promise<Handle> };
  const handle = await (await storage.getDirectory()).getFileHandle("xor", { create: true });
  await saveModel(model, handle);
  await check("a file handle", handle);
  const address = new URL("/kept", location.origin);
  await saveModel(model, address);
  await check("URL", address);
  return found;
}

/** Digits from the page's own server, twice. */
async function read(): Promise<boolean> {
  const options = {
    split: "test",
    limit: 10,
    mirrors: [`${location.origin}/mnist/`],
    onProgress: () => arrived++,
  } as const;
  let arrived = 0;
  const { labels } = await loadMnist(options), first = arrived;
  const again = await loadMnist(options);
  return String([...labels.data]) === "7,2,1,0,4,1,4,9,5,9" && String([...again.labels.data]) ===
      String([...labels.data]) &&
    first >= 0 && arrived === first;
}

/** A model on a server of another origin, which gives leave to read it, or does not. */
async function fetchElsewhere(address: string | null): Promise<string> {
  if (address === null) return "not asked";
  const allowed = await loadModel(`${address}allowed`).then(
    () => "a model",
    ({ message }) => message,
  );
  const refused = await loadModel(`${address}refused`).then(
    () => "a model",
    ({ message }) => message,
  );
  return `${allowed}; ${/Access-Control-Allow-Origin/.test(refused) ? "refused" : refused}`;
}

/** Memory that was needed once goes back. */
async function release(): Promise<boolean> {
  if (backendInfo().name !== "wasm") return true;
  zeros([4e6]).dispose();
  const before = backendInfo().memoryReserved;
  return (await releaseMemory()).memoryReserved < before - 8e6;
}

/** Does everything; `parameters` are those of the page's address. */
export async function learn(parameters: URLSearchParams): Promise<Report> {
  const X = [[0, 0], [0, 1], [1, 0], [1, 1]];
  const { converged } = new Perceptron(2).fit(X, [0, 0, 0, 1]);
  const worker = parameters.get("worker");
  const { name, threads, singleThread = "" } = await useBackend(
    undefined,
    worker === null ? {} : { worker },
  );
  const model = new Sequential([
    new Dense(256, { activation: "tanh", inputShape: [2] }),
    new Dense(256, { activation: "tanh" }),
    new Dense(1),
  ], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "meanSquaredError" });
  const { history: { loss } } = await model.fit(X, [[0], [1], [1], [0]], {
    epochs: name === "wasm" ? 100 : 5,
    verbose: 1,
  });
  return {
    and: converged,
    fit: loss[loss.length - 1] < loss[0] / (name === "wasm" ? 2 : 1),
    images: await see(),
    weights: await load(),
    places: await keepModel(model),
    digits: await read(),
    elsewhere: await fetchElsewhere(parameters.get("elsewhere")),
    released: await release(),
    backend: name,
    threads,
    singleThread,
  };
}
