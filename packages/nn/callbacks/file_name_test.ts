import { assertEquals, assertThrows } from "@std/assert";
import { checkFileName, fileName } from "./file_name.ts";

Deno.test("fileName writes numbers as Keras does", () => {
  const numbers = { epoch: 7, batch: 120, valLoss: 0.123456, accuracy: 1 };
  for (
    const [pattern, name] of [
      ["model.safetensors", "model.safetensors"],
      ["{epoch}", "7"],
      ["{epoch:02d}", "07"],
      ["{batch:02d}", "120"],
      ["{valLoss}", "0.123456"],
      ["{valLoss:.4f}", "0.1235"],
      ["{accuracy:.0f}", "1"],
      ["a/{epoch:03d}-{valLoss:.2f}/{epoch}.x", "a/007-0.12/7.x"],
    ]
  ) {
    checkFileName(pattern);
    assertEquals(fileName(pattern, numbers), name);
  }
});

Deno.test("fileName refuses other forms and unknown names", () => {
  for (const field of ["", "epoch:2d", "epoch:d", "valLoss:4f", "valLoss:.4e", "a b", "epoch!r"]) {
    assertThrows(() => checkFileName(`m-{${field}}`), RangeError, `current {${field}}`);
  }
  checkFileName("{valLoss}");
  assertThrows(
    () => fileName("m-{valLoss:.2f}", { epoch: 1, loss: 2 }),
    RangeError,
    'Cannot name the file m-{valLoss:.2f} as {valLoss:.2f} must be one of epoch, loss: current "valLoss"',
  );
  assertThrows(() => fileName("{toString}", {}), RangeError);
});
