import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { encodeSafetensors } from "@neurite/nn";
import { DataError, zeros } from "@neurite/tensor";
import { inEmptyFolder } from "../../../testing/environment.ts";
import { denseNet } from "../networks/dense_net.ts";
import { torchvisionWeights } from "../testing/torchvision_file.ts";
import { pretrained, pretrainedNames, type PretrainedOptions } from "./pretrained.ts";

const PATH = "/timm/densenet121.tv_in1k/resolve/main/model.safetensors";
/** All weights 0 but the last biases, which become the logits. */
const FILE = encodeSafetensors(
  torchvisionWeights(denseNet(121, { seed: 1 }), (name, i) => name === "classifier.bias" ? i : 0),
).slice();
const DIGEST = new Uint8Array(await crypto.subtle.digest("SHA-256", FILE)).toHex();

/** Runs `body` with a hub: it redirects to the file, which is `body` and called `stated`. */
async function withHub(
  { content = () => new Response(FILE), length = FILE.length, sha256 = DIGEST, status = 302 }: {
    content?: () => Response;
    length?: number;
    sha256?: string;
    status?: number;
  },
  body: (folder: string, options: PretrainedOptions, requests: string[]) => Promise<void>,
): Promise<void> {
  const requests: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    requests.push(pathname);
    if (pathname === "/blob") return content();
    const headers = { "x-linked-size": String(length), "x-linked-etag": `"${sha256}"` };
    return new Response(null, {
      status,
      headers: status === 302 ? { ...headers, location: "/blob" } : {},
    });
  });
  const mirrors = [`http://127.0.0.1:${server.addr.port}`];
  try {
    await inEmptyFolder((folder) => body(folder, { mirrors, onProgress() {} }, requests), "data");
  } finally {
    await server.shutdown();
  }
}

/** Redirects on to a server that sends less than it says, and hangs up. */
function hangUp(): Response {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    using connection = await listener.accept();
    listener.close();
    await connection.read(new Uint8Array(4096));
    const head = `HTTP/1.1 200 OK\r\ncontent-length: ${FILE.length}\r\n\r\n`;
    await connection.write(new TextEncoder().encode(head + "and no more"));
  })();
  return Response.redirect(`http://127.0.0.1:${listener.addr.port}/`);
}

const kept = (folder: string) => {
  try {
    return Array.from(Deno.readDirSync(`${folder}/cache/neurite/weights`), ({ name }) => name);
  } catch (error) {
    assert(error instanceof Deno.errors.NotFound);
    return [];
  }
};

Deno.test("pretrained downloads once, checks, keeps, and loads", () =>
  withHub({}, async (folder, options, requests) => {
    const progress: number[] = [];
    const onProgress = ({ received, total }: { received: number; total: number }) => {
      progress.push(received / total);
    };
    const model = await pretrained("densenet121", { ...options, onProgress });
    assertEquals(requests, [PATH, "/blob"]);
    assertEquals(kept(folder), ["densenet121.safetensors"]);
    assertEquals([progress[0], progress.at(-1)], [0, 1]);
    const logits = model.predict(zeros([1, 224, 224, 3])).dataSync();
    assertEquals(logits, Float32Array.from({ length: 1000 }, (_, i) => i));

    const again = await pretrained("densenet121", {
      ...options,
      includeTop: false,
      inputShape: [64, 64, 3],
    });
    assertEquals(again.outputs[0].shape, [2, 2, 1024]);
    assertEquals(requests.length, 2);
  }));

Deno.test("pretrained takes a file of the user's own, under any of its names", () =>
  withHub({ status: 404 }, async (folder, options, requests) => {
    const file = `${folder}/own/densenet121.tv_in1k.safetensors`;
    Deno.mkdirSync(`${folder}/own`);
    Deno.writeFileSync(file, FILE);
    await pretrained("densenet121", { ...options, dir: `${folder}/own` });
    Deno.mkdirSync(`${folder}/data/weights/timm/densenet121.tv_in1k`, { recursive: true });
    Deno.renameSync(file, `${folder}/data/weights/timm/densenet121.tv_in1k/model.safetensors`);
    await pretrained("densenet121", options);
    assertEquals(requests, []);
    const error = await assertRejects(
      () => pretrained("densenet121", { ...options, dir: `${folder}/own` }),
      DataError,
      "Cannot load the weights of densenet121 from",
    );
    assertStringIncludes(
      error.message,
      "densenet121.safetensors or densenet121.tv_in1k.safetensors",
    );
  }));

Deno.test("pretrained takes the file itself, and then looks nowhere", () =>
  withHub({ status: 404 }, async (_, options, requests) => {
    const file = new File([FILE], "chosen"), activation = "softmax";
    const model = await pretrained("densenet121", { ...options, file, activation });
    assertEquals([model.activationName, requests], ["softmax", []]);
    const text = 'Cannot load chosen into model "resnet18"';
    await assertRejects(() => pretrained("resnet18", { ...options, file }), DataError, text);
  }));

Deno.test("pretrained keeps nothing that is not what the hub states", async () => {
  const cut = FILE.subarray(0, 1000), wrong = "0".repeat(64);
  const cases: [hub: Parameters<typeof withHub>[0], reason: string][] = [
    [{ content: () => new Response(cut) }, `1000 bytes instead of ${FILE.length} bytes`],
    [{ content: () => new Response(cut), length: 1000 }, `instead of ${DIGEST}`],
    [{ content: () => new Response(cut), length: 1000, sha256: wrong }, `instead of ${wrong}`],
    [{ content: () => new Response("no", { status: 404 }) }, "HTTP 404"],
    [{ status: 404 }, "HTTP 404"],
    [{ status: 401 }, "HTTP 401"],
    [{ content: hangUp }, "/model.safetensors: "],
  ];
  for (const [hub, reason] of cases) {
    await withHub(hub, async (folder, options) => {
      const error = await assertRejects(() => pretrained("densenet121", options), DataError);
      assertStringIncludes(error.message, "Cannot get densenet121.safetensors");
      assertStringIncludes(error.message, reason);
      assertEquals(kept(folder), []);
    });
  }
});

Deno.test("pretrained that is interrupted leaves nothing, and begins again", () =>
  withHub({}, async (folder, options, requests) => {
    const controller = new AbortController(), { signal } = controller;
    const onProgress = ({ received }: { received: number }) => received > 0 && controller.abort();
    const error = await assertRejects(() =>
      pretrained("densenet121", { ...options, onProgress, signal })
    );
    assertEquals([(error as Error).name, kept(folder)], ["AbortError", []]);
    await pretrained("densenet121", options);
    assertEquals([requests.length, kept(folder)], [4, ["densenet121.safetensors"]]);
  }));

Deno.test("a file of another network is refused by pretrained, and stays", () =>
  withHub({}, async (folder, options) => {
    await pretrained("densenet121", options);
    const weights = `${folder}/cache/neurite/weights`;
    Deno.renameSync(`${weights}/densenet121.safetensors`, `${weights}/resnet18.safetensors`);
    const text = "those of DenseNet-121, where the model is ResNet-18";
    await assertRejects(() => pretrained("resnet18", options), DataError, text);
    assertEquals(kept(folder), ["resnet18.safetensors"]);
  }));

Deno.test("networks that no hub has say how their file is written", () =>
  inEmptyFolder(async (folder) => {
    for (const name of ["alexnet", "googlenet"] as const) {
      for (const dir of [undefined, folder]) {
        const error = await assertRejects(
          () => pretrained(name, { dir, inputShape: [224, 224, 3], includeTop: false }),
          DataError,
        );
        assertStringIncludes(
          error.message,
          `m.${name}(weights='DEFAULT').state_dict(), '${name}.safetensors')`,
        );
      }
    }
  }));

Deno.test("pretrained refuses what it does not know before it looks anywhere", async () => {
  const unknown = "resnet19" as "resnet18";
  await assertRejects(() => pretrained(unknown), RangeError, 'Did you mean "resnet18"?');
  const classes = { classes: 10 } as PretrainedOptions;
  await assertRejects(() => pretrained("resnet18", classes), TypeError, "classes");
  const tiny: PretrainedOptions = { inputShape: [3, 3, 3], dir: "/nowhere" };
  await assertRejects(() => pretrained("densenet121", tiny), Error, "must be at least");
  assertEquals(pretrainedNames.length, 19);
});
