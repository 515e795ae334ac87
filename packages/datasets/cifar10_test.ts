import { DataError } from "@neurite/tensor";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { inEmptyFolder } from "../../testing/environment.ts";
import { loadCifar10, type LoadCifar10Options } from "./cifar10.ts";

const RECORD = 3073, CLASSES = 10;

/** Images of one label each; in image `i` the pixel `p` of channel `c` is `(p + 100 c + 7 i) % 256`. */
function batch(labels: number[]): Uint8Array {
  const bytes = new Uint8Array(labels.length * RECORD);
  labels.forEach((label, i) => {
    bytes[i * RECORD] = label;
    for (let k = 0; k < 3072; k++) {
      const c = Math.trunc(k / 1024), p = k % 1024;
      bytes[i * RECORD + 1 + k] = p + 100 * c + 7 * i;
    }
  });
  return bytes;
}

function put(folder: string, files: Record<string, Uint8Array>): void {
  Deno.mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    Deno.writeFileSync(`${folder}/${name}`, name.endsWith(".gz") ? gzipSync(bytes) : bytes);
  }
}

const FIVE = Object.fromEntries(
  [1, 2, 3, 4, 5].map((k) => [`data_batch_${k}.bin`, batch([k, k + 1])]),
);

async function refusal(options: LoadCifar10Options): Promise<DataError> {
  return await assertRejects(() => loadCifar10({ mirrors: [], ...options }), DataError);
}

Deno.test("loadCifar10 reads the files of a folder, gzipped or not, channels last", async () => {
  for (const suffix of ["", ".gz"]) {
    await inEmptyFolder(async (dir) => {
      const all = { ...FIVE, "test_batch.bin": batch([9, 0, 3]) };
      put(dir, Object.fromEntries(Object.entries(all).map(([k, v]) => [k + suffix, v])));
      const { images, labels, classes } = await loadCifar10({ dir });
      assertEquals([images.shape, labels.shape], [[10, 32, 32, 3], [10]]);
      assertEquals([...labels.data], [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]);
      // Image 1 of the first file, row 2, column 5: pixel 69 of each plane.
      assertEquals([0, 1, 2].map((c) => images.get(1, 2, 5, c)), [76, 176, (276) % 256]);
      assertEquals([classes.length, classes[0], classes[9]], [CLASSES, "airplane", "truck"]);
      assertEquals([...(await loadCifar10({ dir, split: "test" })).labels.data], [9, 0, 3]);
    });
  }
});

Deno.test("loadCifar10 reads no file that its limit does not need", async () => {
  await inEmptyFolder(async (dir) => {
    put(dir, { "data_batch_1.bin": batch([5, 6, 7]), "data_batch_2.bin": batch([8]) });
    assertEquals([...(await loadCifar10({ dir, limit: 2 })).labels.data], [5, 6]);
    assertEquals([...(await loadCifar10({ dir, limit: 3 })).labels.data], [5, 6, 7]);
    const { images, labels } = await loadCifar10({ dir, limit: 4 });
    assertEquals([[...labels.data], images.get(3, 0, 1, 1)], [[5, 6, 7, 8], 101]);
    assertEquals(images.data.buffer.byteLength, 4 * 3072);
    // Without a limit all five files are asked for: fewer are never taken for the whole set.
    const error = await refusal({ dir });
    assertEquals(error.file, `${dir}/data_batch_3.bin.gz`);
    assertStringIncludes(error.message, "data_batch_3.bin or cifar-10-binary.tar.gz must be there");
  });
});

Deno.test("loadCifar10 looks into NEURITE_DATA before the cache, and into dir alone", async () => {
  await inEmptyFolder(async (folder) => {
    put(`${folder}/data/cifar10`, { "test_batch.bin.gz": batch([1, 2]) });
    assertEquals([...(await loadCifar10({ split: "test" })).labels.data], [1, 2]);
    put(`${folder}/own`, { "test_batch.bin": batch([4]) });
    const own = await loadCifar10({ split: "test", dir: `${folder}/own` });
    assertEquals([...own.labels.data], [4]);
    const error = await refusal({ split: "test", dir: folder });
    assertEquals(error.file, `${folder}/test_batch.bin.gz`);
    assertStringIncludes(error.message, "Leave out the option dir to have it downloaded");
  }, "data");
});

Deno.test("loadCifar10 reads the archive as it is published", async () => {
  await inEmptyFolder(async (dir) => {
    const all = { ...FIVE, "test_batch.bin": batch([9]) };
    put(`${dir}/cifar-10-batches-bin`, { ...all, "batches.meta.txt": Uint8Array.of(10) });
    const args = ["-czf", `${dir}/cifar-10-binary.tar.gz`, "-C", dir, "cifar-10-batches-bin"];
    assert((await new Deno.Command("tar", { args }).output()).success);
    const { images, labels } = await loadCifar10({ dir });
    assertEquals([...labels.data], [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]);
    assertEquals(images.get(9, 0, 1, 2), 201 + 7);
    assertEquals([...(await loadCifar10({ dir, split: "test" })).labels.data], [9]);
    // A file that stands beside the archive comes first.
    put(dir, { "data_batch_2.bin": batch([0]) });
    assertEquals((await loadCifar10({ dir, limit: 3 })).labels.data[2], 0);

    Deno.removeSync(`${dir}/cifar-10-batches-bin/test_batch.bin`);
    assert((await new Deno.Command("tar", { args }).output()).success);
    assertStringIncludes(
      (await refusal({ dir, split: "test" })).message,
      "must hold test_batch.bin",
    );
  });
});

Deno.test("loadCifar10 trusts no archive in the cache or of a mirror without its SHA-256", async () => {
  const requests: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    requests.push(new URL(request.url).pathname);
    return new Response("no archive");
  });
  await inEmptyFolder(async (folder) => {
    put(`${folder}/cache/neurite/cifar10`, { "cifar-10-binary.tar.gz": batch([1]) });
    const error = await refusal({});
    assertEquals(error.file, `${folder}/cache/neurite/cifar10/cifar-10-binary.tar.gz`);
    assertStringIncludes(error.message, "bytes instead of 170052171 bytes");
    const mirrors = [`http://127.0.0.1:${server.addr.port}/data`];
    const found = await refusal({ mirrors, onProgress: () => {} });
    assertEquals(requests, ["/data/cifar-10-binary.tar.gz"]);
    assertStringIncludes(found.message, "10 bytes instead of 170052171 bytes");
  });
  await server.shutdown();
});

Deno.test("loadCifar10 says what is wrong with a file, and where", async () => {
  await inEmptyFolder(async (dir) => {
    const path = `${dir}/test_batch.bin`;
    const refuse = (bytes: Uint8Array) => {
      put(dir, { "test_batch.bin": bytes });
      return refusal({ dir, split: "test" });
    };
    const label = await refuse(batch([1, 2, 10, 3]));
    assertEquals([label.file, label.offset, label.found], [path, 2 * RECORD, 10]);
    for (const length of [RECORD - 1, RECORD + 1, 2 * RECORD - 1]) {
      const truncated = await refuse(batch([1, 2]).subarray(0, length));
      assertEquals([truncated.file, truncated.found], [path, length]);
    }
    assertStringIncludes((await refuse(new Uint8Array(0))).message, "0 bytes");
    assertStringIncludes((await refuse(new Uint8Array(2 * 3074))).message, "Is it CIFAR-100");
    Deno.removeSync(path);
    Deno.writeFileSync(`${path}.gz`, gzipSync(batch([1])).subarray(0, 100));
    assertStringIncludes(
      (await refusal({ dir, split: "test" })).message,
      "truncated or damaged",
    );
    Deno.removeSync(`${path}.gz`);
    Deno.writeFileSync(`${dir}/cifar-10-binary.tar.gz`, gzipSync(batch([1])));
    assertStringIncludes((await refusal({ dir })).message, "Cannot unpack");
  });
});

Deno.test("loadCifar10 refuses options out of range, and those that do not exist", async () => {
  for (const limit of [0, -1, 1.5, NaN]) {
    await assertRejects(() => loadCifar10({ limit }), RangeError, `current ${limit}`);
  }
  const split = "validation" as "test";
  await assertRejects(() => loadCifar10({ split }), RangeError, "must be one of train, test");
  const wrong = { limits: 3 } as LoadCifar10Options;
  await assertRejects(() => loadCifar10(wrong), TypeError, "limit");
});

const data = Deno.env.get("NEURITE_DATA");
if (!data) console.warn("SKIPPED, as NEURITE_DATA is unset: loadCifar10 against real photographs");

/**
 * SHA-256 of the images, channels last, of copies that were decoded from JPEG, the classes in turn:
 * 10,000 to learn from and 2000 to test with. Made by Python, with slices of bytes.
 */
const COPIES = {
  train: "0def9ad2e6d89468040220c6349bccf53c9c4ff869fc5a60b6b0e3b72e564769",
  test: "b1ba480b04129e48be47b3bd8f9bc34938618c30633d3dd3285f32f3655a5eb9",
};

/** The first labels of the authors' own files. */
const AUTHORS = { train: [6, 9, 9, 4, 1], test: [3, 8, 8, 0, 6] };

Deno.test(
  { name: "loadCifar10 gives the photographs of NEURITE_DATA", ignore: !data },
  async () => {
    for (const [split, limit] of [["train", 10_000], ["test", 2000]] as const) {
      const { images, labels } = await loadCifar10({ split, limit, mirrors: [] });
      assertEquals([images.shape, labels.shape], [[limit, 32, 32, 3], [limit]]);
      const first = [...labels.data.subarray(0, 5)];
      if (first[0] === AUTHORS[split][0]) {
        assertEquals(first, AUTHORS[split]);
      } else {
        const digest = await crypto.subtle.digest(
          "SHA-256",
          images.data as Uint8Array<ArrayBuffer>,
        );
        assertEquals(new Uint8Array(digest).toHex(), COPIES[split]);
        assertEquals(first, [0, 1, 2, 3, 4]);
      }
    }
  },
);

Deno.test("loadCifar10 keeps the examples of one part of several, over all files", async () => {
  await inEmptyFolder(async (dir) => {
    put(dir, FIVE);
    const { labels: all, images } = await loadCifar10({ dir });
    for (const rank of [0, 1, 2]) {
      const part = await loadCifar10({ dir, limit: 9, part: { rank, size: 3 } });
      const own = [rank, rank + 3, rank + 6];
      assertEquals([...part.labels.data], own.map((i) => all.data[i]));
      assertEquals(own.map((i, k) => part.images.get(k, 1, 2, 1) - images.get(i, 1, 2, 1)), [
        0,
        0,
        0,
      ]);
    }
  });
});
