import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { progressReporter } from "./progress.ts";

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 80, written, write: (text: string) => written.push(text) };
}

const file = "digits.gz", url = "https://example.org/digits.gz", total = 2_500_000;

Deno.test("progressReporter writes one line for each download where there is no terminal", () => {
  const paper = screen(false);
  const reporter = progressReporter(paper);
  for (const received of [0, 1_000_000, total]) reporter.show({ file, url, received, total });
  reporter.show({ file: "labels.gz", url, received: 0, total: 100 });
  reporter.stop();
  assertEquals(paper.written, [
    `Downloading digits.gz (2.5 MB) from ${url}\n`,
    `Downloading labels.gz (0.0 MB) from ${url}\n`,
  ]);
});

Deno.test("progressReporter draws a bar on a terminal, and ends it", () => {
  const terminal = screen(true);
  const reporter = progressReporter(terminal);
  for (const received of [0, 1_000_000]) reporter.show({ file, url, received, total });
  reporter.show({ file: "again.gz", url, received: 0, total }); // the next mirror starts over
  reporter.show({ file: "again.gz", url, received: total, total });
  reporter.stop();
  reporter.stop(); // and nothing keeps running
  const text = terminal.written.join("");
  assertStringIncludes(text, "digits.gz");
  assertStringIncludes(text, "40% of 2.5 MB");
  assertStringIncludes(text, "again.gz");
  assertStringIncludes(text, "100% of 2.5 MB");
  assert(text.lastIndexOf("100%") > text.lastIndexOf("40%"));
});
