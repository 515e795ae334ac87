import { assertEquals } from "@std/assert";
import { join, relative } from "node:path";
import { commandsOf } from "./test.ts";
import { listFiles, ROOT } from "./workspace.ts";

Deno.test("everything is checked once, then tested", () => {
  const [check, test] = commandsOf([], ["--import-map=m.json"]);
  assertEquals(check, ["check", "--quiet", "--doc", "--import-map=m.json"]);
  assertEquals(test.slice(0, 3), ["test", "--parallel", "--no-check"]);
  assertEquals(test.slice(-2), ["--import-map=m.json", "--"]);
});

Deno.test("paths are checked, tested, and the examples in them run", () => {
  const [check, test] = commandsOf(["packages/nn", "--filter=Dense"], []);
  assertEquals(check.at(-1), "packages/nn");
  assertEquals(test.slice(-5), [
    ...["--filter=Dense", "packages/nn", "tools/doc_examples_test.ts", "--", "packages/nn"],
  ]);
  assertEquals(commandsOf(["--no-check"], []).length, 1);
});

Deno.test("no test changes what belongs to the whole process, as other files are tested in it", () => {
  const tests = ["packages", "examples", "testing", "tools"]
    .flatMap((dir) => listFiles(join(ROOT, dir), (path) => path.endsWith("_test.ts")));
  const changing = tests.filter((path) =>
    path !== import.meta.filename &&
    /\bDeno\.(env\.(set|delete)|chdir|umask)\(/.test(Deno.readTextFileSync(path))
  );
  assertEquals(changing.map((path) => relative(ROOT, path)), []); // see testing/environment.ts
});
