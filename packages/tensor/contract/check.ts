/** What a check of the contract is. */
import type { Tolerance } from "./tolerance.ts";

/** What a backend is held to. */
export interface ContractOptions {
  /** What is allowed for operations that differ by more than others, by name, each with its cause. */
  readonly tolerances?: Readonly<Record<string, Tolerance>>;
  /** Samples that are left out, by `operation: sample`, each with its cause. */
  readonly leftOut?: Readonly<Record<string, string>>;
}

/** One check; it fails by throwing. */
export interface ContractCheck {
  /** What is checked. */
  readonly name: string;
  /** Checks it; all that is wrong is told at once. */
  readonly run: () => Promise<void>;
}
