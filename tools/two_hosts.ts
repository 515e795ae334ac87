/**
 * Two machines on one: network namespaces with a cable between them, whose rate is limited by `tc`. Times
 * a step of LeNet-5 on both, and compares it with the model, `stepTime` of `@neurite/distributed`.
 *
 * `sudo deno run --allow-run --allow-read --allow-write --allow-env tools/two_hosts.ts [rates]`
 *
 * Rates are those of `tc`, such as `1gbit`. Needs Linux, root, Open MPI, `ip` and `tc`. Run nothing else
 * meanwhile.
 */
import { join } from "node:path";
import { stepTime } from "@neurite/distributed";
import { ROOT } from "./workspace.ts";

const HOSTS = ["neurite-a", "neurite-b"], ADDRESSES = ["10.77.0.1", "10.77.0.2"];
const ENDS = ["neurite0", "neurite1"];

/** Bytes of the gradients of LeNet-5. */
const BYTES = 4 * 61_706;

/** Runs a command; throws with what it wrote where it fails. */
async function run(...[name, ...args]: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(name, { args }).output();
  const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (success) return text;
  throw new Error(
    `Cannot run ${name} ${args.join(" ")} as it must succeed: current ${errors.trim()}`,
  );
}

async function connectHosts(): Promise<void> {
  for (const host of HOSTS) await run("ip", "netns", "add", host);
  const [a, b] = HOSTS, [left, right] = ENDS;
  await run("ip", "link", "add", left, "netns", a, "type", "veth", "peer", right, "netns", b);
  for (const [i, host] of HOSTS.entries()) {
    await run("ip", "-n", host, "addr", "add", `${ADDRESSES[i]}/24`, "dev", ENDS[i]);
    for (const device of ["lo", ENDS[i]]) await run("ip", "-n", host, "link", "set", device, "up");
  }
}

/** Limits both directions; without a rate, neither. */
async function limit(rate: string | undefined): Promise<void> {
  for (const [i, host] of HOSTS.entries()) {
    const tc = (...args: string[]) => run("ip", "netns", "exec", host, "tc", "qdisc", ...args);
    await tc("del", "dev", ENDS[i], "root").catch(() => {});
    if (rate === undefined) continue;
    await tc(
      "add",
      "dev",
      ENDS[i],
      "root",
      "tbf",
      "rate",
      rate,
      "burst",
      "32k",
      "latency",
      "50ms",
    );
  }
}

/** Milliseconds of a step of so many of the hosts. */
async function time(ranks: number, agent: string): Promise<number> {
  const deno = [
    ...[
      Deno.execPath(),
      "run",
      "--quiet",
      "--no-check",
      "--allow-ffi",
      "--allow-env",
      "--allow-read",
    ],
    ...[join(ROOT, "bench/distributed.ts"), "--job", "lenet5"],
  ];
  const network = `${ADDRESSES[0].replace(/\d+$/, "0")}/24`;
  const mpirun = [
    ...["mpirun", "--allow-run-as-root", "--bind-to", "none", "--mca", "plm_rsh_agent", agent],
    ...["--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", network],
    ...["--mca", "oob_tcp_if_include", network],
    ...[
      "--host",
      ADDRESSES.slice(0, ranks).map((address) => `${address}:1`).join(),
      "-n",
      `${ranks}`,
    ],
    ...deno,
  ];
  const text = await run(
    ...["ip", "netns", "exec", HOSTS[0], "unshare", "--uts", "sh", "-c"],
    'hostname host-a; exec "$0" "$@"',
    ...mpirun,
  );
  return JSON.parse(text.trim().split("\n").at(-1)!).ms;
}

/** A line of the table. */
const line = (cells: readonly (string | number)[]) => console.log(`| ${cells.join(" | ")} |`);

if (import.meta.main) {
  const folder = await Deno.makeTempDir(), agent = join(folder, "agent.sh");
  // What Open MPI starts in place of ssh: the second host has a name of its own.
  await Deno.writeTextFile(
    agent,
    `#!/bin/sh\nshift\nexec ip netns exec ${HOSTS[1]} unshare --uts sh -c ` +
      `'hostname host-b; exec sh -c "$0"' "$*"\n`,
    { mode: 0o755 },
  );
  try {
    await connectHosts();
    const rates = Deno.args.length > 0 ? Deno.args : ["1gbit", "200mbit"];
    const compute = await time(1, agent), unlimited = await time(2, agent);
    line(["rate", "measured, ms", "model, ms", "measured / model"]);
    line(["---", "---:", "---:", "---:"]);
    line(["one rank alone", compute, compute, "1.00"]);
    line(["not limited", unlimited, "", ""]);
    for (const rate of rates) {
      await limit(rate);
      const measured = await time(2, agent);
      const [, number, unit] = rate.match(/^(\d+)([gm])bit$/)!;
      // Each rank has a batch of its own: together they compute twice as much.
      const model = 1000 * stepTime({
        compute: 2 * compute / 1000,
        bytes: BYTES,
        ranks: 2,
        bandwidth: Number(number) * (unit === "g" ? 1e9 : 1e6) / 8,
        latency: Math.max(0, unlimited - compute) / 1000,
      });
      line([rate, measured, model.toFixed(3), (measured / model).toFixed(2)]);
    }
  } finally {
    for (const host of HOSTS) await run("ip", "netns", "del", host).catch(() => {});
    await Deno.remove(folder, { recursive: true });
  }
}
