import { assertKilledIsNeverStopped } from "../../testing/killed.ts";

const KINDS = ["all positions, dropout", "the next position", "stateful layers", "CharRNN"];

for (const kind of KINDS) {
  Deno.test(`${kind}: killed and resumed is never stopped, to the bit`, () =>
    assertKilledIsNeverStopped(new URL("testing/killed_training.ts", import.meta.url), [kind]));
}
