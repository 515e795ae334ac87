import { assertEquals, assertThrows } from "@std/assert";
import { resolveTerminal } from "./options.ts";

interface Situation {
  terminal?: boolean;
  noColor?: boolean;
  colorterm?: string;
  state?: string;
}

/** A stand-in for Deno that counts reads of the environment. */
function hostOf({ terminal = true, noColor = false, colorterm, state = "granted" }: Situation) {
  const seen = { reads: 0 };
  const Deno = {
    noColor,
    stdout: { isTerminal: () => terminal },
    consoleSize: () => ({ columns: 132 }),
    permissions: { querySync: () => ({ state }) },
    env: {
      get() {
        seen.reads++;
        return colorterm;
      },
    },
  };
  return { Deno, seen };
}

Deno.test("resolveTerminal takes colour and width from the terminal", () => {
  assertEquals(resolveTerminal({}, hostOf({ colorterm: "truecolor" })), {
    columns: 132,
    rows: 15,
    color: true,
  });
  assertEquals(resolveTerminal({}, hostOf({ colorterm: "24bit" })).color, true);
});

Deno.test("resolveTerminal goes without colour where there is no terminal, none is wanted or 24 bits are too many", () => {
  assertEquals(resolveTerminal({}, hostOf({ terminal: false, colorterm: "truecolor" })), {
    columns: 80,
    rows: 15,
    color: false,
  });
  assertEquals(resolveTerminal({}, hostOf({ noColor: true, colorterm: "truecolor" })).color, false);
  assertEquals(resolveTerminal({}, hostOf({ colorterm: undefined })).color, false);
});

Deno.test("resolveTerminal never reads the environment without permission", () => {
  const host = hostOf({ state: "prompt" });
  assertEquals(resolveTerminal({}, host).color, true);
  assertEquals(host.seen.reads, 0);
});

Deno.test("resolveTerminal knows Node and hosts with nothing at all", () => {
  const process = { stdout: { isTTY: true, columns: 100 }, env: { COLORTERM: "truecolor" } };
  assertEquals(resolveTerminal({}, { process }), { columns: 100, rows: 15, color: true });
  assertEquals(
    resolveTerminal({}, { process: { ...process, env: { ...process.env, NO_COLOR: "1" } } }).color,
    false,
  );
  assertEquals(resolveTerminal({}, {}), { columns: 80, rows: 15, color: false });
});

Deno.test("resolveTerminal lets options win and refuses sizes nothing fits into", () => {
  assertEquals(resolveTerminal({ columns: 40, rows: 5, color: true }, hostOf({ noColor: true })), {
    columns: 40,
    rows: 5,
    color: true,
  });
  assertThrows(() => resolveTerminal({ columns: 5 }, {}), RangeError, "current columns is 5");
  assertThrows(() => resolveTerminal({ rows: 2.5 }, {}), RangeError, "current rows is 2.5");
});
