/** Where progress is shown, and how what is shown keeps within it. */

/** What text is written to: `process.stdout`, or a stand-in for it. */
export interface Screen {
  /** Whether it is a terminal. */
  readonly isTTY?: boolean;
  /** The width of a terminal, in characters. */
  readonly columns?: number;
  /** Writes text. */
  write(text: string): unknown;
}

/** Whether it is a terminal with room for something. Launchers of MPI give programs one without any width. */
export function isTerminal({ isTTY, columns }: Screen): boolean {
  return isTTY === true && columns !== 0;
}

/** The standard output; `console.log` where there is none, as in pages and their workers. */
export function standardOutput(): Screen {
  const { process } = globalThis as { process?: { stdout?: Partial<Screen> } };
  const stdout = process?.stdout;
  if (typeof stdout?.write === "function") return stdout as Screen;
  return { write: (text) => console.log(text.trimEnd()) };
}

/**
 * Texts in a line, or in several where a terminal is too narrow for them; those that can be done
 * without are left out where they would begin another one.
 */
export function linesOf(
  needed: readonly string[],
  wished: readonly string[],
  screen: Screen,
): string {
  const width = isTerminal(screen) ? screen.columns ?? 80 : Infinity,
    gap = "  ",
    [first, ...others] = needed;
  let text = "", line = first;
  for (const part of others) {
    if (line.length + gap.length + part.length <= width) line += gap + part;
    else text += `${line}\n`, line = gap + part;
  }
  for (const part of wished) {
    if (line.length + gap.length + part.length <= width) line += gap + part;
  }
  return `${text}${line}\n`;
}
