import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "@neurite/tensor";
import { withEnvironment } from "../../../testing/environment.ts";
import { cacheFolder, environment } from "./environment.ts";

const from = (variables: Record<string, string>) => (name: string) =>
  Promise.resolve<string | undefined>(variables[name]);

Deno.test("cacheFolder is the platform's own, unless XDG_CACHE_HOME is absolute", async () => {
  const home = from({ HOME: "/home/ada" });
  assertEquals(await cacheFolder("linux", home), "/home/ada/.cache/neurite");
  assertEquals(await cacheFolder("darwin", home), "/home/ada/Library/Caches/neurite");
  const local = from({ LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local" });
  assertEquals(await cacheFolder("win32", local), "C:\\Users\\ada\\AppData\\Local\\neurite");
  const set = from({ HOME: "/home/ada", XDG_CACHE_HOME: "/fast" });
  assertEquals(await cacheFolder("linux", set), "/fast/neurite");
  const relative = from({ HOME: "/home/ada", XDG_CACHE_HOME: "fast" });
  assertEquals(await cacheFolder("linux", relative), "/home/ada/.cache/neurite");
});

Deno.test("cacheFolder says what to do where no variable can be read", async () => {
  await assertRejects(
    () => cacheFolder("linux", from({})),
    DataError,
    "Set the option dir or cache, or run with --allow-env=NEURITE_DATA,XDG_CACHE_HOME,HOME",
  );
  await assertRejects(() => cacheFolder("win32", from({})), DataError, "LOCALAPPDATA");
});

Deno.test("environment gives the variables that are set", async () => {
  const found = (NEURITE_DATA: string | undefined) =>
    withEnvironment({ NEURITE_DATA }, () => environment("NEURITE_DATA"));
  assertEquals(await found("here"), "here");
  assertEquals(await found(""), undefined);
  assertEquals(await found(undefined), undefined);
});

Deno.test({
  name: "environment treats a variable that may not be read as unset",
  permissions: { env: ["NEURITE_OTHER"] },
  fn: () => assertEquals(environment("PATH"), undefined),
});
