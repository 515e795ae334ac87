/** The families of what layers are given besides numbers. */
import { Registry } from "./registry.ts";
import type { Constraint, Regularizer } from "./variable.ts";

/** Regularizers by the names of their classes; `@neurite/regularization` registers its own. */
export const regularizers: Registry<Regularizer> = new Registry<Regularizer>("regularizer");

/** Constraints by the names of their classes; `@neurite/regularization` registers its own. */
export const constraints: Registry<Constraint> = new Registry<Constraint>("constraint");
