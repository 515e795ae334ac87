import { assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { listFiles, ROOT } from "./workspace.ts";

Deno.test("every relative link of a Markdown file leads somewhere", () => {
  const dead = listFiles(ROOT, (path) => path.endsWith(".md")).flatMap((path) => {
    const text = Deno.readTextFileSync(path).replace(/^```[\s\S]*?^```/gm, "");
    return [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
      .filter(([, link]) => !existsSync(join(dirname(path), link)))
      .map(([, link]) => `${relative(ROOT, path)}: ${link}`);
  });
  assertEquals(dead, []);
});
