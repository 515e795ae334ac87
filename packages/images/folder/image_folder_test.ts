import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Callback, Dense, Flatten, Sequential } from "@neurite/nn";
import { DataError } from "@neurite/tensor";
import { imageGrid } from "@neurite/plot";
import { decodeImage, imageFolder, type ImageFolderOptions, type ImageSet } from "../mod.ts";
import { ahead } from "./ahead.ts";

/** A PNG file of 3 x 4 pixels in one colour. */
const picture = (red: number, green: number, blue: number) => {
  const pixel = [red, green, blue], row = Array.from({ length: 4 }, () => pixel);
  return imageGrid([[row, row, row]], { range: [0, 255], scale: 1, gap: 0 }).toPNG();
};

/** Runs `f` in a folder with so many images of each class, each in a colour of its own. */
async function inFolder(
  classes: Record<string, number>,
  f: (dir: string) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    for (const [c, [name, count]] of Object.entries(classes).entries()) {
      await Deno.mkdir(`${dir}/${name}`);
      for (let i = 0; i < count; i++) {
        await Deno.writeFile(`${dir}/${name}/${i}.png`, await picture(100 * c, 10 * i, 0));
      }
    }
    await f(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** The warnings while `f` runs. */
async function warningsOf(f: () => Promise<unknown>): Promise<string[]> {
  const warn = console.warn, texts: string[] = [];
  console.warn = (text: string) => void texts.push(text);
  try {
    await f();
  } finally {
    console.warn = warn;
  }
  return texts;
}

/** Green of all images of an epoch, which tells them apart within a class, and their labels. */
async function seen(set: ImageSet, epoch = 0): Promise<string[]> {
  const images: string[] = [];
  for await (const { x, y } of set.epoch(epoch)) {
    const [n, height, width, channels] = x.shape;
    for (let i = 0; i < n; i++) {
      const green = x.data[i * height * width * channels + 1];
      images.push(`${y.data[i]}:${Math.round(25.5 * green)}`);
    }
  }
  return images;
}

const SIZE = { size: 4 } as const;

Deno.test("classes are the folders' names in order, 80 and 20 of 100 of each by the seed", () =>
  inFolder({ dogs: 10, cats: 20 }, async (dir) => {
    const { classes, train, test } = await imageFolder(dir, { ...SIZE, seed: 3 });
    assertEquals(classes, ["cats", "dogs"]);
    assertEquals([train.count, test.count, train.batches], [24, 6, 1]);
    const share = (set: ImageSet) => set.labels.reduce((sum, label) => sum + label, 0);
    assertEquals([share(train), share(test)], [8, 2]);
    const both = [...train.paths, ...test.paths];
    assertEquals(new Set(both).size, 30);
    assert(both.every((path) => /^(cats|dogs)\/\d+\.png$/.test(path)));
    const again = await imageFolder(dir, { ...SIZE, seed: 3 });
    assertEquals(again.test.paths, test.paths);
    const other = await imageFolder(dir, { ...SIZE, seed: 4 });
    assertNotEquals(other.test.paths, test.paths);
    const all = await imageFolder(dir, { ...SIZE, split: 1 });
    assertEquals([all.train.count, all.test.count], [30, 0]);
  }));

Deno.test("batches: each image once an epoch, in an order of its own that follows from the seed", () =>
  inFolder({ a: 7, b: 6 }, async (dir) => {
    const options = { ...SIZE, batchSize: 4, split: 1, seed: 9 };
    const { train } = await imageFolder(dir, options);
    const first = await seen(train), second = await seen(train, 1);
    const wanted = [...Array(7).keys()].map((i) => `0:${i}`)
      .concat([...Array(6).keys()].map((i) => `1:${i}`));
    assertEquals(first.toSorted(), wanted);
    assertEquals(second.toSorted(), wanted);
    assertNotEquals(first, second);
    assertEquals(await seen((await imageFolder(dir, options)).train, 1), second);
    const { train: still } = await imageFolder(dir, { ...options, shuffle: false });
    assertEquals(await seen(still, 5), wanted);
    const sizes: number[] = [];
    for await (const { x } of train) sizes.push(x.shape[0]);
    assertEquals(sizes, [4, 4, 4, 1]);
  }));

Deno.test("images come in one size, from 0 to 1, grey or in colours, cut or stretched", () =>
  inFolder({ a: 2, b: 2 }, async (dir) => {
    const shapes = async (options: ImageFolderOptions) => {
      const { x } = await (await imageFolder(dir, options)).train.arrays();
      assert(x.data.every((value) => value >= 0 && value <= 1));
      return x.shape;
    };
    assertEquals(await shapes({ size: 5 }), [4, 5, 5, 3]);
    assertEquals(await shapes({ size: [2, 9], channels: 1, fit: "stretch" }), [4, 2, 9, 1]);
    const { test, classes } = await imageFolder(dir, {
      size: 2,
      split: 0.5,
      labelMode: "categorical",
    });
    assertEquals(classes, ["a", "b"]);
    assertEquals([...(await test.arrays()).y.data], [1, 0, 0, 1]);
    const { width, height, channels, data } = await test.image(1);
    assertEquals([width, height, channels, data[0]], [2, 2, 3, 100]);
    await assertRejects(() => test.image(2), RangeError, "from 0 to 1: current 2");
  }));

Deno.test("what is no image is left out with a warning, hidden files without", () =>
  inFolder({ cats: 3, dogs: 3 }, async (dir) => {
    await Deno.writeTextFile(`${dir}/README.txt`, "photographs");
    await Deno.writeTextFile(`${dir}/cats/notes.txt`, "cats");
    await Deno.writeTextFile(`${dir}/cats/.DS_Store`, "");
    await Deno.mkdir(`${dir}/.git`);
    await Deno.mkdir(`${dir}/dogs/more/even`, { recursive: true });
    await Deno.writeFile(`${dir}/dogs/more/even/9.PNG`, await picture(1, 2, 3));
    const warnings = await warningsOf(async () => {
      const { classes, train, test } = await imageFolder(dir, SIZE);
      assertEquals(classes, ["cats", "dogs"]);
      assertEquals(train.count + test.count, 7);
    });
    assertEquals(warnings.length, 1);
    assert(warnings[0].includes("leaves out 2 of the files"), warnings[0]);
    assert(warnings[0].includes("README.txt, cats/notes.txt"), warnings[0]);
  }));

Deno.test("folders from which nothing can be learnt are refused", async () => {
  const refuse = (dir: string, text: string) =>
    assertRejects(() => imageFolder(dir, SIZE), DataError, text);
  await refuse("/nowhere/at/all", "it must be a folder that can be read");
  await inFolder({}, (dir) => refuse(dir, "at least two classes: current none").then(() => {}));
  await inFolder({ cats: 3 }, (dir) => refuse(dir, "current one, cats").then(() => {}));
  await inFolder({ a: 1, b: 1, c: 0 }, (dir) => refuse(dir, "no .png or .jpg in c").then(() => {}));
  await inFolder({ a: 1, b: 1 }, async (dir) => {
    await Deno.copyFile(`${dir}/a/0.png`, `${dir}/0.png`);
    await refuse(dir, "must lie in the folder of its class: current 0.png");
    await refuse(`${dir}/0.png`, "it must be a folder that can be read");
  });
  await inFolder({ a: 1, b: 1 }, async (dir) => {
    await Deno.symlink(dir, `${dir}/a/round`);
    await refuse(dir, "Does a link lead in a circle?");
  });
});

Deno.test("an image that cannot be decoded is named, when it is its turn", () =>
  inFolder({ a: 2, b: 2 }, async (dir) => {
    await Deno.writeTextFile(`${dir}/b/9.png`, "not an image");
    const { train } = await imageFolder(dir, { ...SIZE, split: 1, batchSize: 1 });
    const error = await assertRejects(() => seen(train), DataError);
    assertEquals([error.file, error.found], ["b/9.png", "a text"]);
    const model = small();
    await assertRejects(
      () => model.fit(train, undefined, { verbose: 0 }),
      DataError,
      "Cannot decode b/9.png as it must be a PNG or JPEG image: current a text",
    );
    await Deno.remove(`${dir}/b/9.png`);
    await assertRejects(() => seen(train), DataError, "b/9.png");
  }));

Deno.test("options that make no sense are refused before anything is read", async () => {
  const wrong: [object, string][] = [
    [{ size: 0 }, "the size"],
    [{}, "the size"],
    [{ size: 4, split: 0 }, "split"],
    [{ size: 4, split: 80 }, "split"],
    [{ size: 4, seed: -1 }, "seed"],
    [{ size: 4, channels: 4 }, "channels must be 1 or 3"],
    [{ size: 4, batchSize: 0 }, "batchSize"],
    [{ size: 4, labelMode: "onehot" }, "labelMode"],
    [{ size: 4, fit: "pad" }, "fit"],
  ];
  for (const [options, text] of wrong) {
    await assertRejects(() => imageFolder("x", options as ImageFolderOptions), RangeError, text);
  }
  await assertRejects(
    () => imageFolder("x", { size: 4, batch: 3 } as never),
    TypeError,
    "batchSize",
  );
});

Deno.test("pages give files: of a chosen folder, or with paths", async () => {
  const png = (await picture(1, 2, 3)).buffer as ArrayBuffer;
  const arrayBuffer = () => Promise.resolve(png);
  const chosen = ["cats/1.png", "cats/2.png", "dogs/1.png", "dogs/.x"]
    .map((path) => ({
      webkitRelativePath: `photos/${path}`,
      name: path.split("/")[1],
      arrayBuffer,
    }));
  const { classes, train, test } = await imageFolder(chosen, { ...SIZE, split: 0.5 });
  assertEquals([classes, train.count, test.count], [["cats", "dogs"], 2, 1]);
  await assertRejects(
    () => imageFolder([{ name: "1.png", arrayBuffer }], SIZE),
    DataError,
    "each image must lie in the folder of its class: current 1.png",
  );
  await assertRejects(() => imageFolder([], SIZE), DataError, "current none");
});

Deno.test("the next are begun while one is used, and no more", async () => {
  const begun: number[] = [], used: number[][] = [];
  const numbers = ahead([1, 2, 3, 4, 5], 2, (n) => {
    begun.push(n);
    return n === 5 ? Promise.reject(new Error("five")) : Promise.resolve(10 * n);
  });
  await assertRejects(
    async () => {
      for await (const n of numbers) used.push([n, begun.length]);
    },
    Error,
    "five",
  );
  assertEquals(used, [[10, 3], [20, 4], [30, 5], [40, 5]]);
});

Deno.test("decoded images are kept for the next epoch while there is room", () =>
  inFolder({ a: 4, b: 4 }, async (dir) => {
    const read = async (cacheBytes?: number) => {
      const { train } = await imageFolder(dir, { ...SIZE, split: 1, batchSize: 1, cacheBytes });
      await seen(train);
      return train;
    };
    const whole = await read(), none = await read(0);
    await Deno.remove(`${dir}/a`, { recursive: true });
    assertEquals((await seen(whole, 1)).length, 8);
    await assertRejects(() => seen(none, 1), DataError, ".png as it must be a file");
  }));

/** A network that tells colours apart. */
function small(): Sequential {
  const model = new Sequential([
    new Flatten({ inputShape: [4, 4, 3] }),
    new Dense(2, { activation: "softmax" }),
  ], { seed: 1 });
  model.compile({
    optimizer: "adam",
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return model;
}

Deno.test("fit takes the set, and goes on where it was stopped as if it was not", () =>
  inFolder({ a: 9, b: 8 }, async (dir) => {
    const open = async () => (await imageFolder(dir, { ...SIZE, batchSize: 3, seed: 2 })).train;
    const whole = small(), options = { epochs: 3, verbose: 0 } as const;
    const { test } = await imageFolder(dir, { ...SIZE, seed: 2 });
    const { history } = await whole.fit(await open(), undefined, {
      ...options,
      validationData: test,
    });
    assertEquals(history.valLoss.length, 3);
    assert(history.loss[2] < history.loss[0]);
    class Stop extends Callback {
      override onTrainBatchEnd(batch: number) {
        if (this.model.progress.epoch === 1 && batch === 2) this.model.stopTraining = true;
      }
    }
    const parts = small();
    const held = { ...options, validationData: test };
    await parts.fit(await open(), undefined, { ...held, callbacks: [new Stop()] });
    assertEquals(parts.progress.epoch, 1);
    await parts.fit(await open(), undefined, { ...held, resume: true });
    assertEquals(parts.history!.history, history);
    const weights = (model: Sequential) => model.getWeights().flatMap((w) => [...w.dataSync()]);
    assertEquals(weights(parts), weights(whole));
    const { accuracy } = await whole.evaluate(await open());
    assert(accuracy >= 0.5);
  }));

Deno.test("the picture of a test is what decodeImage reads", async () => {
  const image = decodeImage(await picture(7, 8, 9));
  assertEquals([image.width, image.height, image.channels, image.data[1]], [4, 3, 3, 8]);
});
