/** Updates: one pass over a parameter and what is remembered of it, only where a guard allows it. */
import type { Operand } from "@neurite/tensor";
import type { UpdateName } from "@neurite/tensor/contract";
import type { Device } from "../device/device.ts";
import { EACH_ELEMENT, type Kernel, WIDTH } from "../device/kernel.ts";
import { blockOf, groupsFor, inParts } from "./runner.ts";

/** What an update changes, in the order of the rule, and how: statements that assign to these. */
interface Rule {
  readonly changes: readonly string[];
  readonly params: readonly string[];
  /** Given the names of what is there. */
  readonly rule: (has: (name: string) => boolean) => string;
}

const RULES: Readonly<Record<UpdateName, Rule>> = {
  sgdUpdate: {
    changes: ["w", "velocity"],
    params: ["rate", "momentum", "nesterov", "decay"],
    rule: (has) =>
      has("velocity")
        ? `
  let rest = w - p.decay * w;
  velocity = p.momentum * velocity - p.rate * g;
  w = rest + select(velocity, p.momentum * velocity - p.rate * g, p.nesterov != 0.0);`
        : "w = (w - p.decay * w) - p.rate * g;",
  },
  rmsPropUpdate: {
    changes: ["w", "v", "mean", "velocity"],
    params: ["rate", "share", "epsilon", "momentum", "decay"],
    rule: (has) => `
  v += p.share * (g * g - v);
  ${has("mean") ? "mean += p.share * (g - mean);" : ""}
  var step = p.rate * g / sqrt(v ${has("mean") ? "- mean * mean" : ""} + p.epsilon);
  ${has("velocity") ? "velocity = p.momentum * velocity + step; step = velocity;" : ""}
  w = w - p.decay * w - step;`,
  },
  adamUpdate: {
    changes: ["w", "m", "v", "maximum"],
    params: ["rate", "share1", "share2", "epsilon", "decay"],
    rule: (has) => `
  m += p.share1 * (g - m);
  v += p.share2 * (g * g - v);
  ${has("maximum") ? "maximum = larger(maximum, v);" : ""}
  let root = sqrt(${has("maximum") ? "maximum" : "v"}) + p.epsilon;
  w -= p.decay * w + p.rate * m / root;`,
  },
};

/** Records an update. */
export function update(
  device: Device,
  name: string,
  changed: readonly (Operand | undefined)[],
  gradient: Operand,
  parameters: readonly number[],
  guard?: Operand,
): void {
  const { changes, params, rule } = RULES[name as UpdateName];
  const there = changes.filter((_, i) => changed[i] !== undefined);
  const operands = changed.filter((x) => x !== undefined), guarded = guard ? ["guard: f32"] : [];
  const kernel = (): Kernel => ({
    params: ["n: u32", ...params.map((p) => `${p}: f32`)],
    reads: ["gradient: f32", ...guarded],
    writes: there.map((name) => `of_${name}: f32`),
    workgroup: [WIDTH, 1, 1],
    main: `${EACH_ELEMENT}
  ${guard ? "if (!isZero(guard[0])) { return; }" : ""}
  let g = gradient[i];
  ${there.map((name) => `var ${name} = of_${name}[i];`).join(" ")}
  ${rule((name) => there.includes(name))}
  ${there.map((name) => `of_${name}[i] = ${name};`).join(" ")}`,
  });
  inParts(device, gradient.size, (_, count, bind) => {
    device.run(
      `${name} ${there}${guard ? " guarded" : ""}`,
      kernel,
      [
        bind(blockOf(gradient)),
        ...guard ? [blockOf(guard)] : [],
        ...operands.map((x) => bind(blockOf(x))),
      ],
      [count, ...parameters],
      groupsFor(count),
    );
  });
}
