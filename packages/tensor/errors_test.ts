import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  BackendError,
  DataError,
  DisposedError,
  DivergedError,
  DTypeError,
  formatShape,
  ShapeError,
} from "./errors.ts";

Deno.test("every error has its class and its name", () => {
  const errors = {
    ShapeError: new ShapeError("add", "sizes must be equal"),
    DTypeError: new DTypeError("text"),
    BackendError: new BackendError("text"),
    DisposedError: new DisposedError("text"),
    DataError: new DataError("text"),
    DivergedError: new DivergedError(NaN, 1, 2),
  };
  const classes = { ShapeError, DTypeError, BackendError, DisposedError, DataError, DivergedError };
  for (const [name, error] of Object.entries(errors)) {
    assert(error instanceof Error);
    assertEquals(error.name, name);
    assertEquals(String(error), `${name}: ${error.message}`);
    assert(error.stack?.includes("errors_test.ts"));
    for (const [other, type] of Object.entries(classes)) {
      assertEquals(error instanceof type, other === name, `${name} and ${other}`);
    }
  }
});

Deno.test("a shape as text", () => {
  assertEquals([[], [3], [2, 0, 4]].map(formatShape), ["[]", "[3]", "[2, 0, 4]"]);
});

Deno.test("ShapeError carries the operation and a copy of the shapes", () => {
  const shape = [2, 3];
  const error = new ShapeError("matmul", "columns must equal rows", [shape, [4]]);
  assertEquals(error.message, "Cannot matmul as columns must equal rows: current [2, 3] and [4]");
  shape[0] = 99;
  assertEquals([error.operation, error.shapes], ["matmul", [[2, 3], [4]]]);
  const told = new ShapeError("reduce", "an axis must exist", [[2]], "axis 5 of shape [2]");
  assertEquals(told.message, "Cannot reduce as an axis must exist: current axis 5 of shape [2]");
});

Deno.test("BackendError lists what there is", () => {
  const error = new BackendError("Cannot use it", ["wasm", "reference"]);
  assertEquals(error.message, "Cannot use it. Available here: wasm, reference");
  assertEquals(error.available, ["wasm", "reference"]);
  assertEquals([new BackendError("Cannot").message, new BackendError("Cannot").available], [
    "Cannot",
    [],
  ]);
});

Deno.test("DataError says where and what", () => {
  const cause = new RangeError("underneath");
  const details = { file: "a.bin", offset: 16, expected: 2051, found: 7, cause };
  const error = new DataError("Cannot read a.bin", details);
  assertEquals(error.message, "Cannot read a.bin");
  assertEquals([error.file, error.offset, error.expected, error.found], ["a.bin", 16, 2051, 7]);
  assertStrictEquals(error.cause, cause);
  assertEquals(new DataError("text").file, undefined);
});

Deno.test("DivergedError says when, and where it is known", () => {
  const error = new DivergedError(Infinity, 3, 14);
  assertEquals(
    error.message,
    "Cannot go on training as the loss must be finite: current Infinity in epoch 3, step 14. " +
      "A smaller learning rate often helps",
  );
  assertEquals([error.epoch, error.step], [3, 14]);
  assertEquals(
    new DivergedError(NaN, 1, 2, 'first seen in layer "dense_1"').message,
    "Cannot go on training as the loss must be finite: current NaN in epoch 1, step 2, " +
      'first seen in layer "dense_1". A smaller learning rate often helps',
  );
});
