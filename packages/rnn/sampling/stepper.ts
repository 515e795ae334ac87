/** What can be sampled from: something that goes on by one symbol at a time. */

/** What a step gives. */
export interface Stepped<State> {
  /** The state after the step. */
  readonly state: State;
  /** The scores of the symbols that may come next, before softmax. */
  readonly logits: ArrayLike<number>;
}

/**
 * A model that reads a symbol and says what may come next. Its memory is the state, a plain value that
 * a step does not change: so a beam search can go on from one state in several ways.
 *
 * @example A model that counts
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { collect, generate, type Stepper } from "@neurite/rnn";
 *
 * const counter: Stepper<null> = {
 *   symbols: 5,
 *   begin: () => null,
 *   step: (state, symbol) => ({
 *     state,
 *     logits: Array.from({ length: 5 }, (_, i) => i === (symbol + 1) % 5 ? 0 : -Infinity),
 *   }),
 * };
 * assertEquals(await collect(generate(counter, [3], 4)), [4, 0, 1, 2]);
 * ```
 */
export interface Stepper<State> {
  /** The number of symbols. */
  readonly symbols: number;
  /** The state before the first symbol. */
  begin(): State;
  /** Reads a symbol. */
  step(state: State, symbol: number): Stepped<State> | Promise<Stepped<State>>;
}
