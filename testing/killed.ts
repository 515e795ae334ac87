/** Trainings that are killed, as a power cut does it, and go on from their checkpoints. */
import { assert, assertEquals } from "@std/assert";
import { readSafetensors, type Safetensors } from "@neurite/nn";

/** How often each is killed; more by the variable `NEURITE_KILLS`. */
const KILLS = Number(Deno.env.get("NEURITE_KILLS") || 5);

/** The files that a training writes: on the way, and at the end. */
export const CHECKPOINT = "checkpoint.safetensors", RESULT = "result.safetensors";

/**
 * Runs a script that trains and prints a line for every step: once undisturbed, and once killed by
 * SIGKILL after random steps, and started again each time. Both must leave the same file, to the bit.
 * The script is given the paths of `CHECKPOINT` and `RESULT` and `args`, and goes on from the first
 * where it is there. The first line says where it begins, as a number that grows.
 */
export async function assertKilledIsNeverStopped(script: URL, args: string[]): Promise<void> {
  const whole = await Deno.makeTempDir(), broken = await Deno.makeTempDir();
  try {
    const steps = await run(script, whole, args);
    assertEquals(steps.begin, 0);
    const begins: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const last = 1 + Math.floor(Math.random() * Math.max(8, steps.count * 2 / (KILLS + 1)));
      begins.push((await run(script, broken, args, last)).begin);
    }
    begins.push((await run(script, broken, args)).begin);
    assertEquals(begins, begins.toSorted((a, b) => a - b), "it goes on where it was");
    assert(new Set(begins).size > 1, `it was killed on the way: ${begins}`);
    const files = Array.from(Deno.readDirSync(broken), ({ name }) => name);
    assertEquals(files.sort(), [CHECKPOINT, RESULT], "nothing is left of killed writers");
    const [a, b] = await Promise.all(
      [whole, broken].map((folder) => readSafetensors(`${folder}/${RESULT}`)),
    );
    assertEquals(a.metadata, b.metadata);
    assertEquals(bits(a), bits(b));
  } finally {
    await Deno.remove(whole, { recursive: true });
    await Deno.remove(broken, { recursive: true });
  }
}

/** Runs a script until it ends, or until it has taken so many steps. */
async function run(
  script: URL,
  folder: string,
  args: string[],
  steps = Infinity,
): Promise<{ begin: number; count: number }> {
  const flags = ["--quiet", "--no-lock", "--no-check", "--no-prompt", `--allow-read=${folder}`];
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", ...flags, `--allow-write=${folder}`, script.pathname],
      ...[`${folder}/${CHECKPOINT}`, `${folder}/${RESULT}`, ...args],
    ],
    stdout: "piped",
  }).spawn();
  let begin: number | undefined, count = -1;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    begin ??= parseFloat(text);
    count += text.split("\n").length - 1;
    if (count < steps) continue;
    // At any moment: also while a file is written.
    await new Promise((resolve) => setTimeout(resolve, 5 * Math.random()));
    try {
      child.kill("SIGKILL");
    } catch { /* It has just ended. */ }
    break;
  }
  const { success } = await child.status;
  assert(success || steps < Infinity, `${script.pathname} ${args} failed`);
  return { begin: begin!, count };
}

/** The bytes of the tensors of a file, by name. */
function bits({ tensors }: Safetensors): [string, Uint8Array][] {
  return Array.from(tensors, ([name, { data: { buffer, byteOffset, byteLength } }]) => [
    name,
    new Uint8Array(buffer, byteOffset, byteLength),
  ]);
}
