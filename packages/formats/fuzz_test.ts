import { assert } from "@std/assert";
import { fuzz, READERS } from "./testing/fuzz.ts";

/** Files a reader; `fuzz.ts` tries more by hand. */
const COUNT = 1000;

for (const [name, reader] of Object.entries(READERS)) {
  Deno.test(`changed files are read or refused: ${name}`, async () => {
    const { read, refused } = await fuzz(reader, COUNT);
    assert(read > COUNT / 100 && refused > COUNT / 4, `${read} read, ${refused} refused`);
  });
}
