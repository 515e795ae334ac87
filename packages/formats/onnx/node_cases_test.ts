/**
 * All of ONNX's own tests of single operators, and those of their bodies where they are functions: what
 * passes, and why the others do not. The table of the README says the same.
 */
import { assert, assertEquals } from "@std/assert";
import { type Tensor, tensor, tidy } from "@neurite/tensor";
import { onDevice } from "../../../testing/awaited_backend.ts";
import { UnsupportedError } from "./graph/call.ts";
import { fromOnnx } from "./mod.ts";
import { type CaseTensor, type NodeCase, nodeCases } from "./testing/node_cases.ts";

/** Tests whose results are random numbers of another generator. */
const RANDOM = /^(bernoulli|training_dropout)/;

/** How far a result may be off for its last place alone, in types of 16 bits: they are computed in 32. */
const ROUNDING: Readonly<Record<string, number>> = { float16: 2e-3, bfloat16: 1e-2 };

/** Why a test does not pass, for what `fromOnnx` says that it is without. */
const REASONS: readonly [reason: string, missing: RegExp][] = [
  ["Element types that no number of 32 bits stands for", /^element type/],
  ["Values that are no tensors", /^(sequences|optional values|maps|values without a type)$/],
  ["Graphs within operators", /^operator (If|Loop|Scan)$/],
  ["Operators of other sets", /^operator ai\.onnx/],
  ["Operators on bits", /^operator (BitShift|BitCast|Bitwise\w+)$/],
  ["Results whose size is that of what is found", /^operator (NonMaxSuppression|Unique)$/],
  ["Operators without a counterpart here", /^operator /],
  ["Random numbers of another generator", /^random numbers$/],
  ["Uses without a counterpart here, and old versions", /./],
];

const given = ({ dtype, shape, values }: CaseTensor): Tensor => {
  const array = dtype.includes("float") ? Float32Array : Int32Array;
  return tensor(array.from(values), { shape: shape.length === 0 ? [1] : [...shape] });
};

/** Throws where a result is not what it must be. */
async function check(
  found: Tensor,
  right: CaseTensor,
  { rtol, atol }: NodeCase,
  what: string,
): Promise<void> {
  assertEquals(found.shape, right.shape, what);
  assertEquals(found.dtype, right.dtype.includes("float") ? "float32" : "int32", what);
  const values = await found.data(), rounding = ROUNDING[right.dtype] ?? 0;
  for (let i = 0; i < values.length; i++) {
    const [a, b] = [values[i], right.values[i]];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const allowed = atol + 1e-6 + Math.max(rtol, rounding) * Math.abs(b);
    assert(Math.abs(a - b) <= allowed, `${what} at ${i}: ${a} for ${b}`);
  }
}

/** What a test lacks, `undefined` where it passes. */
async function missing(one: NodeCase): Promise<string | undefined> {
  if (RANDOM.test(one.name)) return "random numbers";
  try {
    const model = fromOnnx(one.model);
    for (const { inputs, outputs } of one.sets) {
      const made = tidy(() => model.run(inputs.map((x) => given(x!))));
      for (const [i, right] of outputs.entries()) {
        await check(made[i], right!, one, `${one.name}, output ${i}`);
      }
    }
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    return error.message.replace(/^.*(current without|current) /, "").split("; ")[0];
  }
}

/** How often each thing is lacking, most often first. */
async function counted(
  cases: readonly NodeCase[],
): Promise<{ passed: number; lacking: Map<string, Map<string, number>> }> {
  const lacking = new Map(REASONS.map(([reason]) => [reason, new Map<string, number>()]));
  let passed = 0;
  for (const one of cases) {
    const what = await missing(one);
    if (what === undefined) passed++;
    else {
      const [reason] = REASONS.find(([, rule]) => rule.test(what))!;
      const counts = lacking.get(reason)!, name = what.replace(/^(operator|element type) /, "");
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return { passed, lacking };
}

/** The table of the README. */
async function table(cases: readonly NodeCase[]): Promise<string[]> {
  const { passed, lacking } = await counted(cases);
  const sum = (map: Map<string, number>) => [...map.values()].reduce((a, b) => a + b, 0);
  const rows = [...lacking].map(([reason, counts]) => {
    const list = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return `| ${reason} | ${sum(counts)} | ${list.map(([name, n]) => `${name} ${n}`).join(", ")} |`;
  });
  return [`| Pass | ${passed} | |`, ...rows];
}

/** Cells without the blanks that `deno fmt` fills them up with. */
const cells = (row: string) => row.split("|").map((cell) => cell.trim()).join("|");

Deno.test("fromOnnx: ONNX's own tests pass, but for those that the README lists", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const all = nodeCases(), expanded = all.filter(({ name }) => name.includes("_expanded"));
  const rows = await table(all.filter((one) => !expanded.includes(one)));
  const found = readme.split("\n").filter((line) => line.startsWith("|")).map(cells);
  const absent = rows.filter((row) => !found.includes(cells(row)));
  assertEquals(absent, [], `Not in the README: \n${absent.join("\n")}`);
  const { passed, lacking } = await counted(expanded);
  const reasons = [...lacking].map(([reason, counts]) =>
    [reason, [...counts.values()].reduce((a, b) => a + b, 0)] as const
  );
  assertEquals([passed, reasons.filter(([, n]) => n > 0)], [401, [
    ["Element types that no number of 32 bits stands for", 48],
    ["Values that are no tensors", 6],
    ["Graphs within operators", 22],
    ["Random numbers of another generator", 3],
  ]]);
});

Deno.test("fromOnnx: ONNX's own tests pass on a device that has to be awaited", async () => {
  // In 64 bits, as this device computes, one number lies on the other side of a half.
  const cases = nodeCases().filter(({ name }) => !/_expanded|^dynamicquantizelinear$/.test(name));
  await onDevice(async () => assertEquals((await counted(cases)).passed, 1011));
});
