import { assertEquals, assertThrows } from "@std/assert";
import { type LogicGate, logicGate } from "./logic_gate.ts";

Deno.test("logicGate gives each truth table in the order 00, 01, 10, 11", () => {
  const gates: Record<LogicGate, (a: boolean, b: boolean) => boolean> = {
    and: (a, b) => a && b,
    or: (a, b) => a || b,
    nand: (a, b) => !(a && b),
    nor: (a, b) => !(a || b),
    xor: (a, b) => a !== b,
    xnor: (a, b) => a === b,
  };
  for (const [name, gate] of Object.entries(gates)) {
    const { X, d } = logicGate(name as LogicGate);
    assertEquals([X.shape, d.shape], [[4, 2], [4]]);
    assertEquals([...X.data], [0, 0, 0, 1, 1, 0, 1, 1]);
    for (let row = 0; row < 4; row++) {
      assertEquals(d.get(row), Number(gate(X.get(row, 0) === 1, X.get(row, 1) === 1)));
    }
  }
});

Deno.test("logicGate gives a table of one's own each time", () => {
  logicGate("or").d.set(0, 9);
  assertEquals(logicGate("or").d.get(0), 0);
});

Deno.test("logicGate lists its gates where it is asked for another", () => {
  for (const name of ["implies", "toString"]) {
    assertThrows(
      () => logicGate(name as LogicGate),
      RangeError,
      `one of and, or, nand, nor, xor, xnor: current "${name}"`,
    );
  }
});
