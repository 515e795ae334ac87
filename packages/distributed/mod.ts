/**
 * Training by several processes, on one machine or many, that average their gradients by MPI.
 *
 * @example
 * ```ts no-run
 * import { connect, distribute } from "@neurite/distributed";
 * import { Dense, Sequential } from "@neurite/nn";
 *
 * const world = await connect();
 * const model = distribute(new Sequential([new Dense(1, { inputShape: [1] })], { seed: 1 }), world);
 * ```
 *
 * @module
 */
export { connect } from "./connect.ts";
export { distribute, type DistributeOptions } from "./distribute.ts";
export { MpiError } from "./errors.ts";
export type { Numbers } from "./mpi/mpi.ts";
export { type Examples, shard } from "./shard.ts";
export { type StepCosts, stepTime } from "./step_time.ts";
export { type Reduction, World } from "./world.ts";
