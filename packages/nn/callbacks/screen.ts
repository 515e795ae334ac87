/** Where progress is shown. */

/** What text is written to: `process.stdout`, or a stand-in for it. */
export interface Screen {
  /** Whether it is a terminal. */
  readonly isTTY?: boolean;
  /** The width of a terminal, in characters. */
  readonly columns?: number;
  /** Writes text. */
  write(text: string): unknown;
}

/** A bar on a terminal. */
export interface Bar {
  /** Draws it: the share of what is done, from 0 to 1, and the texts around it. */
  show(share: number, before: string, after: string): void;
  /** Draws it for the last time and leaves the line. */
  stop(): void;
}

/** The standard output; `console.log` where there is none. */
export async function standardOutput(): Promise<Screen> {
  try {
    return (await import("node:process")).default.stdout;
  } catch {
    return { write: (text) => console.log(text.trimEnd()) };
  }
}

/** What is used of `npm:cli-progress`. */
interface CliProgress {
  SingleBar: new (options: Record<string, unknown>, preset: unknown) => {
    start(total: number, startValue: number, payload: Record<string, string>): void;
    update(value: number, payload: Record<string, string>): void;
    stop(): void;
  };
  Presets: { shades_classic: unknown };
}

/**
 * A bar that changes no setting of the terminal: whatever interrupts the program, there is nothing
 * to be put right. The library is loaded here, when a bar is really drawn, and never otherwise.
 */
export async function drawBar(screen: Screen): Promise<Bar> {
  const library: { default: unknown } = await import("npm:cli-progress@3.12.0");
  const { SingleBar, Presets } = library.default as CliProgress;
  const stream = {
    isTTY: true,
    get columns() {
      return screen.columns;
    },
    // To go back to where the bar began would go over lines that others wrote below it.
    write: (text: string) => text === "\x1b7" || text === "\x1b8" || screen.write(text),
  };
  const format = "{before} {bar} {after}", barsize = Math.floor((screen.columns ?? 80) / 8);
  const bar = new SingleBar(
    { stream, format, barsize, linewrap: true, hideCursor: false },
    Presets.shades_classic,
  );
  let running = false;
  return {
    show(share, before, after) {
      if (running) bar.update(share, { before, after });
      else bar.start(1, share, { before, after });
      running = true;
    },
    stop() {
      if (running) bar.stop();
      running = false;
    },
  };
}
