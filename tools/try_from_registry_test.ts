import { assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "node:path";
import { tryAll } from "./try_from_registry.ts";

const README = 'Title\n\n```ts\nimport { one } from "@neurite/small";\nconsole.log(one);\n```\n';

function packageFiles(name: string, source: string, readme: string): Record<string, string> {
  const config = {
    name: `@neurite/${name}`,
    version: "0.1.0",
    license: "MIT",
    exports: "./mod.ts",
  };
  return {
    [`packages/${name}/deno.json`]: JSON.stringify(config),
    [`packages/${name}/mod.ts`]: source,
    [`packages/${name}/README.md`]: readme,
  };
}

async function tried(files: Record<string, string>): ReturnType<typeof tryAll> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (
      const [path, text] of Object.entries({
        "deno.json": JSON.stringify({ workspace: ["./packages/*"] }),
        ...files,
      })
    ) {
      await Deno.mkdir(dirname(join(root, path)), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    return await tryAll(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("packages that can be published and used", async () => {
  const printing = 'import { two } from "@neurite/large";\n' +
    'import { assertEquals } from "@std/assert";\nassertEquals(two, 2);\nconsole.log(two);\n';
  const { fine, faults } = await tried({
    ...packageFiles("small", "export const one: number = 1;\n", README),
    ...packageFiles(
      "large",
      'import { one } from "@neurite/small";\nexport const two: number = one + one;\n',
      "```ts\n" + printing + "```\n\n```text\n2\n```\n",
    ),
  });
  assertEquals(faults, []);
  assertEquals(fine, ["@neurite/large@0.1.0", "@neurite/small@0.1.0"]);
});

Deno.test("a package that works in the workspace but not from a registry is named", async () => {
  const lost = packageFiles("lost", 'export { one } from "./one.ts";\n', README);
  const config = JSON.parse(lost["packages/lost/deno.json"]);
  const { fine, faults } = await tried({
    ...packageFiles("small", "export const one: number = 1;\n", README),
    ...packageFiles(
      "greedy",
      'export const home = (): string | undefined => Deno.env.get("HOME");\n',
      '```ts\nimport { home } from "@neurite/greedy";\nhome();\n```\n',
    ),
    ...packageFiles("tested", "export const one: number = 1;\n", README),
    "packages/tested/one_test.ts": "export {};\n",
    ...packageFiles(
      "using",
      "export function one(): void {\n  using a = { [Symbol.dispose]() {} };\n  void a;\n}\n",
      README,
    ),
    ...lost,
    "packages/lost/deno.json": JSON.stringify({ ...config, publish: { exclude: ["data"] } }),
    "packages/lost/one.ts": 'export const one: string = Deno.readTextFileSync("data/one.txt");\n',
  });
  assertEquals(fine, ["@neurite/small@0.1.0"]);
  assertEquals(faults.length, 4);
  assertMatch(faults[0], /^Cannot use @neurite\/greedy@0\.1\.0 from a registry as README\.md:2:/);
  assertMatch(faults[1], /^Cannot use @neurite\/lost@0\.1\.0 from a registry as import jsr:/);
  assertMatch(faults[2], /^Cannot use @neurite\/tested@0\.1\.0 .* tests: \/one_test\.ts$/);
  assertMatch(faults[3], /^Cannot use @neurite\/using@0\.1\.0 .* cannot parse `using`: \/mod\.ts$/);
});

Deno.test("a workspace that deno refuses to publish", async () => {
  const { fine, faults } = await tried(
    packageFiles("slow", "const f = () => 1;\nexport const one = f();\n", README),
  );
  assertEquals(fine, []);
  assertMatch(faults.join("\n"), /slow/);
});
