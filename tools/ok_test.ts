import { assertEquals, assertStringIncludes } from "@std/assert";
import { countResults } from "./ok.ts";
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
  assertStringIncludes(stderr, "Cannot run lynt as the steps are: format, lint");
});
