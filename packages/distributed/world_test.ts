import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { hasMpirun, launchers, run } from "../../testing/mpirun.ts";

const program = (name: string) => new URL(`testing/${name}.ts`, import.meta.url);
const LAUNCHERS = await launchers();
if (LAUNCHERS.length === 1) {
  console.warn(`WARNING: only ${LAUNCHERS[0]} is installed: a second family of MPI is NOT TESTED`);
}

for (const launcher of LAUNCHERS) {
  for (const ranks of launcher.includes("mpich") ? [2] : [1, 3]) {
    Deno.test(`${ranks} ranks by ${launcher} add up, gather and send numbers in place`, async () => {
      const { code, output, errors } = await run(ranks, program("world"), [], { launcher });
      assertEquals(code, 0, errors);
      const results = output.trim().split("\n").map((line) => JSON.parse(line));
      assertEquals(
        results.map(({ rank }) => rank).sort(),
        Array.from({ length: ranks }, (_, r) => r),
      );
      const all = Array.from({ length: ranks }, (_, r) => r);
      const total = all.reduce((a, b) => a + b, 0);
      for (const result of results) {
        assertEquals(result.size, ranks);
        assert(result.again && result.inPlace, "one world; nothing is copied");
        assertEquals(result.sum, [[total, ranks], [2 * ranks, 3 * total]]);
        assertEquals(result.mean, [total / ranks, 10 * total / ranks]);
        assertEquals(result.max, [ranks - 1, 0]);
        assertEquals(result.integers, [total, ranks]);
        assert(Math.abs(result.doubles[0] - (total / ranks + 1 / 3)) < 1e-15, "in f64");
        assertEquals(result.large, Array(4).fill(total + ranks));
        assertEquals(result.none, 0);
        assertEquals(result.gathered, all.map((r) => [r, r + 0.5]));
        assertEquals(result.bytes, all.map((r) => r + 3));
        assertEquals(result.sent, [ranks - 1, 7]);
        assertEquals(result.reference, [total, ranks / 2]);
        const [root, operation, integers] = result.errors;
        assertStringIncludes(
          root,
          `root must be one of the ranks, 0 to ${ranks - 1}: current ${ranks}`,
        );
        assertStringIncludes(operation, "must be one of sum, mean, max");
        assertStringIncludes(integers, "must be floating point");
      }
    });
  }
}

Deno.test({
  name: "another MPI than the launcher's, or none: an error that says so, told once",
  ignore: !hasMpirun,
  async fn() {
    const wrong = async (launcher: string, library: string) => {
      const env = { NEURITE_MPI: library };
      const { code, errors } = await run(2, program("world"), [], { launcher, env });
      assertEquals(code, 1);
      assertEquals(errors.match(/MpiError: /g)?.length, 1, errors);
      return errors;
    };
    const none = await wrong("mpirun", "/nowhere/libmpi.so");
    assertStringIncludes(none, "as an MPI library must be found");
    assertStringIncludes(none, "apt install openmpi-bin");
    if (LAUNCHERS.length < 2) return;
    const other = await wrong("mpirun.openmpi", "libmpich.so.12");
    assertStringIncludes(other, "must be that of the launcher: current MPICH");
    assertStringIncludes(other, "the launcher of Open MPI has started 2");
  },
});
