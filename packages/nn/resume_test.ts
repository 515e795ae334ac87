import { assert, assertEquals } from "@std/assert";
import { readSafetensors } from "./safetensors/file.ts";
import type { Safetensors } from "./safetensors/format.ts";
import type { Progress } from "./training/fit.ts";

/** How a training is killed: with which optimizer, and how often it saves. */
const CASES = [["adam", "3"], ["momentum", "epoch"], ["adam", "1"]] as const;

const CHECKPOINT = "checkpoint.safetensors", RESULT = "result.safetensors";

/** Starts `testing/resumable_training.ts` in a folder. */
function start(folder: string, ...args: string[]) {
  const { pathname } = new URL("testing/resumable_training.ts", import.meta.url);
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-lock", "--no-check", "--no-prompt"],
      ...[`--allow-read=${folder}`, `--allow-write=${folder}`, pathname],
      ...[`${folder}/${CHECKPOINT}`, `${folder}/${RESULT}`, ...args],
    ],
    stdout: "piped",
  }).spawn();
}

/** The bytes of the tensors of a file, by name: of the weights and of what the optimizer remembers. */
function bits({ tensors }: Safetensors): [string, Uint8Array][] {
  return Array.from(tensors, ([name, { data: { buffer, byteOffset, byteLength } }]) => [
    name,
    new Uint8Array(buffer, byteOffset, byteLength),
  ]);
}

/** Where a training begins, told by its first line. */
async function begun(child: Deno.ChildProcess): Promise<Progress> {
  const reader = child.stdout.getReader(), { value } = await reader.read();
  reader.releaseLock();
  return JSON.parse(new TextDecoder().decode(value));
}

for (const [optimizer, saveFreq] of CASES) {
  const often = saveFreq === "epoch" ? "after each epoch" : `every ${saveFreq} batches`;
  Deno.test(`${optimizer}, saved ${often}: killed and resumed is never stopped, to the bit`, async () => {
    const whole = await Deno.makeTempDir(), broken = await Deno.makeTempDir();
    try {
      const undisturbed = start(whole, optimizer, saveFreq), since = performance.now();
      assertEquals(await begun(undisturbed), { epoch: 0, step: 0 });
      const startUp = performance.now() - since;
      assert((await undisturbed.status).success);
      const duration = performance.now() - since - startUp;
      await undisturbed.stdout.cancel();

      const places: Progress[] = [];
      for (let kills = 0; kills < 5; kills++) {
        const child = start(broken, optimizer, saveFreq);
        places.push(await begun(child));
        const moment = duration * (0.1 + 0.15 * Math.random());
        const timer = setTimeout(() => child.kill("SIGKILL"), moment);
        await child.status; // It may be done before.
        clearTimeout(timer);
        await child.stdout.cancel();
      }
      const last = start(broken, optimizer, saveFreq);
      places.push(await begun(last));
      assert((await last.status).success);
      await last.stdout.cancel();

      const order = places.map(({ epoch, step }) => epoch + step / 100);
      assertEquals(order, order.toSorted((a, b) => a - b), "it goes on where it was");
      assert(new Set(order).size > 1, `it was killed in the middle: ${order}`);
      const [a, b] = await Promise.all(
        [whole, broken].map((folder) => readSafetensors(`${folder}/${RESULT}`)),
      );
      assertEquals(a.metadata, b.metadata);
      assertEquals(bits(a), bits(b));
    } finally {
      await Deno.remove(whole, { recursive: true });
      await Deno.remove(broken, { recursive: true });
    }
  });
}
