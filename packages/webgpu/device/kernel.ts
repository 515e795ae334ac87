/** What a kernel is: a program in WGSL, with what it is bound to. */
import { withFunctions } from "../wgsl/functions.ts";

/** A kernel. */
export interface Kernel {
  /** Its parameters in order, as WGSL declares them: `["n: u32", "factor: f32"]`; called `p.n`. */
  readonly params: readonly string[];
  /** The arrays that are read, by name and element type: `["x: f32"]`. */
  readonly reads: readonly string[];
  /** The arrays that are written, or changed. */
  readonly writes: readonly string[];
  /** The invocations of a workgroup along its axes. */
  readonly workgroup: readonly [number, number, number];
  /** Declarations beside the main function; functions of the library come by themselves. */
  readonly declarations?: string;
  /**
   * The main function's statements. They know the invocation `id`, its place `lane` in the workgroup, the
   * workgroup `group` and how many `groups` there are.
   */
  readonly main: string;
}

/** The invocations of a workgroup where each makes one element. */
export const WIDTH = 64;

/** The beginning of a kernel in which each invocation makes element `i` of `p.n`. */
export const EACH_ELEMENT: string = `
  let i = id.x + id.y * groups.x * ${WIDTH}u;
  if (i >= p.n) { return; }`;

/** The program of a kernel. */
export function sourceOf(kernel: Kernel): string {
  const { params, reads, writes, workgroup, declarations = "", main } = kernel;
  const arrays = [...reads.map((x) => ["read", x]), ...writes.map((x) => ["read_write", x])];
  const bound = arrays.map(([access, declared], i) => {
    const [name, type] = declared.split(": ");
    return `@group(0) @binding(${i + 1}) var<storage, ${access}> ${name}: array<${type}>;`;
  });
  const body = `${declarations}
@compute @workgroup_size(${workgroup.join(", ")})
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {${main}
}
`;
  return `struct Parameters { ${params.join(", ")} }
@group(0) @binding(0) var<uniform> p: Parameters;
${bound.join("\n")}
${withFunctions(body)}`;
}
