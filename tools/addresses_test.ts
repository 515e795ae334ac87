import { assertEquals } from "@std/assert";
import { repositoryOf, withAddresses } from "./addresses.ts";

const repository = { server: "https://github.com", name: "someone/neurite", ref: "v1.2.3" };
const base = "https://github.com/someone/neurite";

Deno.test("links and pictures get whole addresses, all else stays", () => {
  const cases: [before: string, after: string][] = [
    ["![A chart](pictures/a.svg)", `![A chart](${base}/raw/v1.2.3/packages/rbf/pictures/a.svg)`],
    ["Next: [`nn`](../nn).", `Next: [\`nn\`](${base}/blob/v1.2.3/packages/nn).`],
    [
      "[a](font/OFL.txt) [b](#limits)",
      `[a](${base}/blob/v1.2.3/packages/rbf/font/OFL.txt) [b](#limits)`,
    ],
    ["[a](../../README.md#numbers)", `[a](${base}/blob/v1.2.3/README.md#numbers)`],
    ["[resvg](https://example.org/x)", "[resvg](https://example.org/x)"],
    ["`a[i](j)` and\n\n```ts\nf[i](j);\n```\n", "`a[i](j)` and\n\n```ts\nf[i](j);\n```\n"],
    ["`[n, 2]` (few)", "`[n, 2]` (few)"],
  ];
  for (const [before, after] of cases) {
    assertEquals(withAddresses(before, "packages/rbf", repository), after);
    assertEquals(withAddresses(after, "packages/rbf", repository), after);
  }
});

Deno.test("the repository is the workflow's", () => {
  const variables = new Map([
    ["GITHUB_SERVER_URL", "https://github.com"],
    ["GITHUB_REPOSITORY", "someone/neurite"],
    ["GITHUB_SHA", "v1.2.3"],
  ]);
  assertEquals(repositoryOf(variables), repository);
  assertEquals(repositoryOf(new Map()), undefined);
});
