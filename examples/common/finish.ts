/** The end of an example. */
import type { ExampleOptions } from "./options.ts";

/** Something that should have come out, in words, and whether it did. */
export type Claim = readonly [text: string, holds: boolean];

/**
 * Ends the program: with 130 after Ctrl-C, with 1 where `--check` was given and a claim does not
 * hold, else with 0.
 */
export function finish(
  { check }: ExampleOptions,
  claims: readonly Claim[],
  stopped = false,
): never {
  if (stopped) {
    console.log("Stopped by Ctrl-C.");
    Deno.exit(130);
  }
  const failed = check ? claims.filter(([, holds]) => !holds) : [];
  for (const [text] of failed) console.error(`Check failed: expected ${text}`);
  if (check && failed.length === 0) {
    console.log(`Check passed: ${claims.length} of ${claims.length}`);
  }
  Deno.exit(failed.length > 0 ? 1 : 0);
}

/** How long the program has run: `"3.2 s"`. */
export const elapsed = (): string => `${(performance.now() / 1000).toFixed(1)} s`;
