/**
 * What two threads cost where another program has a processor: LeNet-5's training step on one thread
 * and on two, alone and beside a process that never rests. Prints a line of JSON for each, in turns:
 * `{"job","busy","threads","ms"}`.
 *
 * `deno run --allow-run=deno --allow-ffi --allow-env --allow-read bench/busy_machine.ts`
 *
 * Run nothing else meanwhile.
 */
const JOB = "lenet5 b128 adam";

/** Milliseconds of a step, timed by `seed_jobs.ts` in a process of its own. */
async function measure(threads: number): Promise<number> {
  const { stdout } = await new Deno.Command("deno", {
    args: [
      ...["run", "--no-check", "--allow-ffi", "--allow-env", "bench/seed_jobs.ts"],
      ...["--backend", "wasm", "--threads", String(threads), "--job", JOB],
    ],
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout).trim()).ms;
}

for (const busy of [false, true]) {
  const other = busy
    ? new Deno.Command("deno", { args: ["eval", "while (true);"] }).spawn()
    : undefined;
  try {
    for (let turn = 0; turn < 3; turn++) {
      for (const threads of [1, 2]) {
        const ms = await measure(threads);
        console.log(JSON.stringify({ job: JOB, busy, threads, ms }));
      }
    }
  } finally {
    other?.kill();
  }
}
