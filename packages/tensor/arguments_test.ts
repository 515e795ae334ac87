import { assertThrows } from "@std/assert";
import { checkCount, checkOneOf, checkOptions, checkPositive } from "./arguments.ts";

Deno.test("counts are integers from a least one on", () => {
  checkCount("train", "epochs", 0, 0);
  for (const value of [0, -1, 1.5, NaN, Infinity, "3", undefined, 2 ** 53]) {
    assertThrows(
      () => checkCount("train", "epochs", value),
      RangeError,
      "Cannot train as epochs must be an integer of at least 1: current ",
    );
  }
});

Deno.test("positive numbers are finite and, where that is said, may be 0", () => {
  checkPositive("scale", "a", 1e-300);
  checkPositive("scale", "a", 0, true);
  for (const value of [0, -1, NaN, Infinity, "1"]) {
    assertThrows(() => checkPositive("scale", "a", value), RangeError, "a finite number above 0");
  }
});

Deno.test("a name that is not known is told from those that are, with the nearest", () => {
  const known = ["constant", "edge", "reflect"] as const;
  checkOneOf("pad", "mode", "edge", known);
  assertThrows(
    () => checkOneOf("pad", "mode", "reflection", known),
    RangeError,
    'one of constant, edge, reflect: current "reflection". Did you mean "reflect"?',
  );
  const error = assertThrows(() => checkOneOf("pad", "mode", "wrap", known), RangeError);
  if (error.message.includes("Did you mean")) throw error;
  assertThrows(() => checkOneOf("pad", "mode", 3, known), RangeError, "current 3");
});

Deno.test("an option that does not exist is refused, with the nearest that does", () => {
  const known = { batchSize: true, epochs: true, returnSequences: true } as const;
  checkOptions("train", undefined, known);
  checkOptions("train", { batchSize: undefined }, known);
  for (const [name, meant] of [["batch_size", "batchSize"], ["epoch", "epochs"]]) {
    assertThrows(
      () => checkOptions("train", { [name]: 1 }, known),
      TypeError,
      `current "${name}". Did you mean "${meant}"?`,
    );
  }
  assertThrows(() => checkOptions("train", 3, known), TypeError, "current 3");
  assertThrows(() => checkOptions("train", { xyz: 3 }, known), TypeError, 'current "xyz"');
});
