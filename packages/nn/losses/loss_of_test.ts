import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Huber } from "./huber.ts";
import { losses } from "./loss.ts";
import { lossNames, lossOf } from "./loss_of.ts";
import { MeanAbsoluteError } from "./mean_absolute_error.ts";
import { MeanSquaredError } from "./mean_squared_error.ts";

Deno.test("losses by name, with Keras's short names for two", () => {
  for (const name of lossNames) {
    if (name.length > 3) assertEquals(lossOf(name).name, name);
  }
  assertInstanceOf(lossOf("mse"), MeanSquaredError);
  assertInstanceOf(lossOf("mae"), MeanAbsoluteError);
  assertEquals(new Set(lossNames.map((name) => lossOf(name).name)).size, lossNames.length - 2);
});

Deno.test("every named loss is registered under the name of its class", () => {
  for (const name of lossNames) {
    const loss = lossOf(name), config = loss.toConfig();
    assert(losses.names.includes(config.className));
    assertEquals(config.className, loss.constructor.name);
    assertEquals(losses.make(config).name, loss.name);
  }
});

Deno.test("a loss is itself", () => {
  const loss = new Huber();
  assertEquals(lossOf(loss) === loss, true);
});

Deno.test("an unknown name is refused with the list of those there are", () => {
  for (const name of ["mean_squared_error", "", "toString", "constructor"]) {
    const error = assertThrows(() => lossOf(name), RangeError);
    assertEquals(
      error.message,
      "Cannot find a loss as its name must be one of binaryCrossentropy, " +
        "categoricalCrossentropy, huber, klDivergence, mae, meanAbsoluteError, meanSquaredError, " +
        `mse, poisson, sparseCategoricalCrossentropy: current "${name}"` +
        (name === "mean_squared_error" ? '. Did you mean "meanSquaredError"?' : ""),
    );
  }
});
