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

/** A bar on the last line of a terminal. */
export interface Bar {
  /**
   * Draws it: the share of what is done, from 0 to 1, and the texts around it. Of those behind it,
   * those that there is no room for are left out.
   */
  show(share: number, before: string, behind: readonly string[]): void;
  /** Writes a text in its place; when it is shown again, that is on the line below. */
  replace(text: string): void;
  /** Ends it; where it is shown, it stays. */
  stop(): void;
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
  { isTTY, columns = 80 }: Screen,
): string {
  const width = isTTY ? columns : Infinity, gap = "  ", [first, ...others] = needed;
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

/** What is used of `npm:cli-progress`. */
interface CliProgress {
  SingleBar: new (options: Record<string, unknown>) => {
    start(total: number, startValue: number, payload: BarTexts): void;
    update(value: number, payload: BarTexts): void;
    stop(): void;
  };
}

/** The texts around a bar. */
interface BarTexts {
  before: string;
  behind: readonly string[];
}

/** A bar with its texts, within the width of the terminal. */
function format(
  _: unknown,
  { progress, maxWidth }: { progress: number; maxWidth: number },
  { before, behind }: BarTexts,
): string {
  const size = Math.max(4, Math.floor(maxWidth / 8)), done = Math.round(progress * size);
  let line = `${before} ${"█".repeat(done)}${"░".repeat(size - done)}`, gap = " ";
  for (const text of behind) {
    // The last column stays free: a terminal may break the line there.
    if (line.length + gap.length + text.length >= maxWidth) continue;
    line += gap + text;
    gap = "  ";
  }
  return line;
}

/**
 * A bar that changes no setting of the terminal: whatever interrupts the program, there is nothing
 * to be put right. The library is loaded here, when a bar is really drawn, and never otherwise;
 * `undefined` where it cannot be had.
 */
export async function drawBar(screen: Screen): Promise<Bar | undefined> {
  let library: { default: unknown };
  try {
    library = await import("npm:cli-progress@3.12.0");
  } catch {
    return undefined;
  }
  const { SingleBar } = library.default as CliProgress;
  // The library draws by a timer of its own, and once more at the end: not while it is replaced.
  let running = false, hidden = true;
  const stream = {
    isTTY: true,
    get columns() {
      return screen.columns;
    },
    write(text: string): unknown {
      // To go back to where the bar began would go over lines that others wrote below it.
      return hidden || text === "\x1b7" || text === "\x1b8" || screen.write(text);
    },
  };
  const bar = new SingleBar({ stream, format, linewrap: true, hideCursor: false });
  return {
    show(share, before, behind) {
      hidden = false;
      if (running) bar.update(share, { before, behind });
      else bar.start(1, share, { before, behind });
      running = true;
    },
    replace(text) {
      screen.write(hidden ? text : `\r\x1b[0K${text}`);
      hidden = true;
    },
    stop() {
      if (running) bar.stop();
      running = false;
    },
  };
}
