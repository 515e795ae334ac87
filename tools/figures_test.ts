import { assertEquals } from "@std/assert";
import { FIGURES } from "./figures.ts";

Deno.test("the figures of the READMEs are those that deno task figures draws", async () => {
  for (const [path, draw] of Object.entries(FIGURES)) {
    const drawn = await draw().toSVG();
    const kept = await Deno.readTextFile(new URL(`../${path}`, import.meta.url));
    assertEquals(drawn === kept, true, `${path} is another one: deno task figures draws it`);
    const readme = path.replace(/pictures\/.*/, "README.md"),
      name = path.replace(/.*pictures/, "pictures");
    const text = await Deno.readTextFile(new URL(`../${readme}`, import.meta.url));
    assertEquals(text.includes(`](${name})`), true, `${readme} does not show ${name}`);
  }
});
