import { assertKilledIsNeverStopped } from "../../testing/killed.ts";

/** How a training is killed: on what, with which optimizer, and how often it saves. */
const CASES = [
  ["a set", "adam", "3"],
  ["a stream", "momentum", "epoch"],
  ["an endless stream", "adam", "1"],
] as const;

for (const [data, optimizer, saveFreq] of CASES) {
  const often = saveFreq === "epoch" ? "after each epoch" : `every ${saveFreq} batches`;
  Deno.test(`${data}, ${optimizer}, saved ${often}: killed and resumed is never stopped, to the bit`, () =>
    assertKilledIsNeverStopped(new URL("testing/resumable_training.ts", import.meta.url), [
      ...[data, optimizer, saveFreq],
    ]));
}
