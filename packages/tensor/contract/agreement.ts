/** Every operation, forward and backward, held to the reference. */
import type { Backend } from "../backend.ts";
import type { Sample } from "../op.ts";
import { tidy } from "../scope.ts";
import type { ContractCheck, ContractOptions } from "./check.ts";
import { inputTensors, inputValues, type Operation, OPERATIONS, runSample } from "./samples.ts";
import { compare, expected, toleranceOf } from "./tolerance.ts";

/** One check for each operation. */
export function agreement(
  backend: Backend,
  { tolerances = {}, leftOut = {} }: ContractOptions = {},
): ContractCheck[] {
  return OPERATIONS.map((operation) => ({
    name: `${operation.name} agrees with the reference, forward and backward`,
    run: async () => {
      // Side by side: on a device, what waits to be read waits together.
      const samples = operation.samples.filter(({ name }) =>
        !(`${operation.name}: ${name}` in leftOut)
      );
      const wrong = await Promise.all(samples.map(async (sample) => {
        const found = await differences(operation, sample, backend, tolerances)
          .catch((error: Error) => [`${error.message} ${error.stack?.split("\n").slice(1, 4)}`]);
        return found.map((text) => `sample "${sample.name}": ${text}`);
      }));
      if (wrong.flat().length > 0) throw new Error(wrong.flat().join("\n"));
    },
  }));
}

/** What is wrong with a sample on a backend. */
async function differences(
  operation: Operation,
  sample: Sample,
  backend: Backend,
  tolerances: NonNullable<ContractOptions["tolerances"]>,
): Promise<string[]> {
  const tolerance = tolerances[operation.name] ?? toleranceOf(operation);
  const right = await expected(operation, sample), values = inputValues(sample);
  const results = await runSample(operation, sample, values, backend);
  const wrong = results.map((result, i) => compare(result, right[i], tolerance).wrong)
    .filter((text) => text !== undefined);
  const names = (list: readonly { what: string }[]) => list.map(({ what }) => what).join();
  if (names(results) !== names(right)) {
    wrong.push(`gives ${names(results)}, expected ${names(right)}`);
  }
  return [...wrong, ...await changedInputs(sample, values, backend)];
}

/** Which inputs an operation has changed, if any. */
async function changedInputs(
  sample: Sample,
  values: number[][],
  backend: Backend,
): Promise<string[]> {
  const inputs = tidy(() => {
    const inputs = inputTensors(sample, values, backend);
    sample.call(...inputs);
    return inputs;
  });
  const now = await Promise.all(inputs.map((x) => x.data()));
  for (const x of inputs) x.dispose();
  return now.flatMap((data, i) =>
    data.some((v, k) => !Object.is(v, values[i][k])) ? [`input ${i} was changed`] : []
  );
}
