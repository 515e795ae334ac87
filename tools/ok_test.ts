import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { countResults, runSteps, type Step } from "./ok.ts";
import { runDeno } from "./workspace.ts";

Deno.test("results are counted from the closing line", () => {
  const test =
    "1 passed, 9 failed\nok | 34 passed (3 steps) | 0 failed | 0 ignored (2 steps) (3s)\n";
  assertEquals(countResults(test, true), { passed: 34, failed: 0 });
  assertEquals(countResults("FAILED | 2 passed | 1 failed (5s)", false), { passed: 2, failed: 1 });
  assertEquals(countResults("a ok\n5 passed, 0 failed\n", true), { passed: 5, failed: 0 });
});

Deno.test("a command without counts is one check", () => {
  assertEquals(countResults("Checked 9 files\n", true), { passed: 1, failed: 0 });
  assertEquals(countResults("error: 2 problems\n", false), { passed: 0, failed: 1 });
});

Deno.test("a failure that nobody counted fails", () => {
  assertEquals(countResults("ok | 3 passed | 0 failed (1s)", false), { passed: 3, failed: 1 });
  assertEquals(countResults("0 passed, 0 failed\n", true), { passed: 0, failed: 0 });
});

Deno.test("an unknown step is an error", async () => {
  const { ok, stderr } = await runDeno(["run", "-A", "tools/ok.ts", "lynt"]);
  assertEquals(ok, false);
  assertStringIncludes(stderr, "Cannot run lynt as the steps are: types, ");
});

/** A step that writes a line, waits, and writes another to standard error. */
const speaking = (name: string, more: Partial<Step> = {}, code = 0): Step => ({
  name,
  args: [
    "eval",
    `console.log("${name} begins"); setTimeout(() => {
      console.error("${name} ends"); Deno.exit(${code});
    }, 100);`,
  ],
  ...more,
});

async function shown(steps: Step[]): Promise<string> {
  let text = "";
  await runSteps(steps, (part) => text += part);
  return text;
}

Deno.test("steps run side by side, the output of each stays whole", async () => {
  const text = await shown(["a", "b", "c"].map((name) => speaking(name)));
  for (const name of ["a", "b", "c"]) {
    assertStringIncludes(text, `${name} begins\n${name} ends\n${name} `);
  }
  assertMatch(text, /\n4 passed, 0 failed\n$/); // and the lock file
});

Deno.test("a step that uses all processors comes alone, after the others", async () => {
  const text = await shown([speaking("whole", { alone: true }), speaking("part")]);
  assertMatch(text, /part ends[^]*== whole[^]*whole begins\nwhole ends\nwhole +ok/);
});

Deno.test("a failure ends nothing, and shows what a quiet step wrote", async () => {
  const quiet = { quiet: true };
  const text = await shown([
    speaking("fails", quiet, 1),
    speaking("silent", quiet),
    speaking("last", { alone: true }),
  ]);
  assertMatch(text, /fails begins\nfails ends\nfails +FAILED/);
  assertEquals(text.includes("\nsilent begins"), false);
  assertMatch(text, /last begins[^]*\n3 passed, 1 failed\n$/);
});
