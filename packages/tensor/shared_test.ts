import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import config from "./deno.json" with { type: "json" };
import * as ours from "./mod.ts";
import { processState, VERSION } from "./shared.ts";

/** The folder of another copy of the package, as npm installs one under a second name. */
function copyPackage(): string {
  const here = import.meta.dirname!, there = Deno.makeTempDirSync();
  const copy = (folder: string): void => {
    for (const { name, isDirectory } of Deno.readDirSync(join(here, folder))) {
      const path = join(folder, name);
      if (isDirectory) copy(path);
      else if (name.endsWith(".ts") && !name.endsWith("_test.ts")) {
        Deno.mkdirSync(dirname(join(there, path)), { recursive: true });
        Deno.copyFileSync(join(here, path), join(there, path));
      }
    }
  };
  copy("");
  return there;
}

const copied = copyPackage();
const addressIn = (folder: string, file: string): string => pathToFileURL(join(folder, file)).href;
const theirs: typeof ours = await import(addressIn(copied, "mod.ts"));
globalThis.addEventListener("unload", () => Deno.removeSync(copied, { recursive: true }));

Deno.test("another copy has other classes, which are known by their brands", () => {
  assertFalse(ours.Tensor === theirs.Tensor);
  const x = theirs.tensor([1, 2]);
  assert(x instanceof ours.Tensor);
  assert(ours.tensor([1]) instanceof theirs.Tensor);
  assertFalse(({}) instanceof ours.Tensor);
  assertFalse(null as unknown instanceof ours.Tensor);
  assertThrows(() => theirs.add([1, 2], [1, 2, 3]), ours.ShapeError);
  assertFalse(new ours.DataError("") instanceof theirs.ShapeError);
  class Special extends ours.ShapeError {}
  assertFalse(new ours.ShapeError("add", "") instanceof Special);
  assert(new Special("add", "") instanceof theirs.ShapeError);
});

Deno.test("operations, gradients and scopes of two copies work on each other's tensors", () => {
  const x = theirs.tensor([1, 2, 3]),
    w = ours.tensor([4, 5, 6]),
    live = ours.backendInfo().liveTensors;
  const f = ours.valueAndGrad((w) => theirs.sum(theirs.mul(ours.square(w), x)));
  const { value, gradients: [dw] } = f(w);
  assertEquals(value.item(), 16 + 50 + 108);
  assertEquals(dw.array(), [8, 20, 36]);
  assertEquals(ours.backendInfo().liveTensors, live + 2);
  assertEquals(theirs.backendInfo().liveTensors, live + 2);
  const sum = ours.tidy(() => theirs.add(theirs.mul(x, 2), ours.neg(x)));
  assertEquals(sum.array(), [1, 2, 3]);
  assertEquals(ours.backendInfo().liveTensors, live + 3);
});

Deno.test("the generator and the backend are the same for both copies", async () => {
  ours.seed(5);
  const first = theirs.uniform([3]).array();
  theirs.seed(5);
  assertEquals(ours.uniform([3]).array(), first);
  const before = ours.currentBackend();
  assert(theirs.currentBackend() === before);
  await theirs.useBackend("reference");
  assertEquals([ours.backendInfo().name, ours.tensor(1).backend.name], ["reference", "reference"]);
  await ours.useBackend("wasm", { threads: 1 });
  assert(theirs.currentBackend() === before);
});

Deno.test("an engine that one copy started small has the kernels that another brings", async () => {
  const code = `
    const { backendInfo, tensor } = await import("${addressIn(copied, "core.ts")}");
    const x = tensor([[0, 0]]);
    const all = await import("${addressIn(import.meta.dirname!, "mod.ts")}");
    console.log(all.softmax(x).array(), all.exp(x).array(), backendInfo().liveTensors);`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", code],
    env: { NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals([out, err], ["[ [ 0.5, 0.5 ] ] [ [ 1, 1 ] ] 3\n", ""]);
});

Deno.test("a copy of another minor version is refused, and both are named", () => {
  assertEquals(VERSION, config.version);
  const [major, minor] = VERSION.split(".").map(Number);
  processState(`${major}.${minor}.99`, "file:///project/a/mod.js");
  const other = `${major}.${minor + 1}.0`;
  const error = assertThrows(() => processState(other, "file:///project/b/mod.js"), Error);
  assertStringIncludes(
    error.message,
    `version ${other} of @neurite/tensor (file:///project/b/mod.js)`,
  );
  assertStringIncludes(
    error.message,
    `current ${VERSION} (${new URL("shared.ts", import.meta.url)})`,
  );
});
