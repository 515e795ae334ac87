/**
 * Files that want to hurt: parts of good ones cut off, changed, repeated and put together anew. Each is read,
 * or refused by an error that is meant for it; none costs more than a second.
 *
 * `NEURITE_FUZZ=100000` reads so many.
 */
import { assert, assertThrows } from "@std/assert";
import { DataError, DTypeError, Rng, ShapeError, tidy } from "@neurite/tensor";
import training from "./fixtures/training.json" with { type: "json" };
import { fromOnnx } from "./mod.ts";
import { fromBase64 } from "./proto/base64.ts";
import { encodeModel, type NodeProto, type TensorProto } from "./proto/schema.ts";
import { nodeCases } from "./testing/node_cases.ts";

const COUNT = Number(Deno.env.get("NEURITE_FUZZ") ?? 4000);

/** Milliseconds that a file may take. */
const MOST = 1000;

/** Changes a file at random. */
function changed(file: Uint8Array, rng: Rng): Uint8Array {
  const bytes = file.slice(), times = 1 + rng.integer(4);
  let made: Uint8Array = bytes;
  for (let i = 0; i < times && made.length > 1; i++) {
    const at = rng.integer(made.length);
    switch (rng.integer(6)) {
      case 0:
        made[at] = rng.integer(256);
        break;
      case 1:
        made[at] ^= 1 << rng.integer(8);
        break;
      case 2:
        made = made.slice(0, at + 1);
        break;
      case 3: // A part of it twice, or left out.
        made = joined(made.subarray(0, at), made.subarray(rng.integer(made.length)));
        break;
      case 4: // Lengths and sizes that are huge.
        made.set(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f).subarray(0, made.length - at), at);
        break;
      default:
        made.fill(rng.integer(256), at, at + rng.integer(8));
    }
  }
  return made;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

/** Whether an error is one that a user is meant to see. */
const isMeant = (error: unknown) =>
  error instanceof DataError || error instanceof RangeError || error instanceof ShapeError ||
  error instanceof DTypeError;

Deno.test("fromOnnx: damaged files are refused or read, and cost little", () => {
  const rng = new Rng(1);
  const files = [
    ...training.cases.flatMap(({ models }) => Object.values(models).map(fromBase64)),
    ...nodeCases().filter(({ model }) => model.length < 4000).map(({ model }) => model),
  ];
  let refused = 0;
  for (let i = 0; i < COUNT; i++) {
    const file = changed(files[rng.integer(files.length)], rng), begin = performance.now();
    try {
      const model = tidy(() => fromOnnx(file));
      for (const { value } of model.weights) value.dispose();
    } catch (error) {
      assert(isMeant(error), `${(error as Error).stack}`);
      assert(/^Cannot .* as .*: current /s.test((error as Error).message), `${error}`);
      refused++;
    }
    const time = performance.now() - begin;
    assert(time < MOST, `file ${i} took ${time} ms`);
  }
  assert(refused > COUNT / 4, `${refused} of ${COUNT} were refused`);
});

Deno.test("fromOnnx: files that promise more than they hold cost what they hold", () => {
  const huge = (dims: number[]): TensorProto => ({ name: "w", dims, dataType: 1 });
  const float = { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 1 }] } } };
  const file = (w: TensorProto, node: NodeProto[]) =>
    encodeModel({
      opsetImport: [{ version: 17 }],
      graph: {
        node,
        initializer: [w],
        input: [{ name: "x", type: float }],
        output: [{ name: "y", type: float }],
      },
    });
  const add: NodeProto = { opType: "Add", input: ["x", "w"], output: ["y"] };
  for (const dims of [[2 ** 40], [2 ** 20, 2 ** 20], [-1, -1], new Array(100).fill(1)]) {
    assertThrows(() => fromOnnx(file(huge(dims), [add])), DataError);
  }
  const rawData = new Uint8Array(7);
  assertThrows(() => fromOnnx(file({ ...huge([2]), rawData }, [add])), DataError, "4 bytes");
  assertThrows(
    () => fromOnnx(file({ ...huge([]), rawData: undefined, dataType: 8 }, [add])),
    RangeError,
    "string",
  );
});

Deno.test("fromOnnx: messages without end, and messages of nothing, are refused", () => {
  // A graph whose nodes have an attribute with a graph with a node, and so on.
  let inner = new Uint8Array();
  const wrapped = (number: number, bytes: Uint8Array) => {
    const length: number[] = [];
    for (let n = bytes.length;; n >>>= 7) {
      length.push(n & 127 | (n > 127 ? 128 : 0));
      if (n < 128) break;
    }
    return joined(Uint8Array.of(number << 3 | 2, ...length), bytes);
  };
  for (let i = 0; i < 200; i++) inner = wrapped(1, wrapped(5, wrapped(6, inner))) as typeof inner;
  assertThrows(() => fromOnnx(wrapped(7, inner)), DataError, "deep in each other");
  const empty = new Uint8Array(2_000_000).map((_, i) => i % 2 === 0 ? 1 << 3 | 2 : 0);
  assertThrows(() => fromOnnx(wrapped(7, empty)), DataError, "more messages than bytes");
});
