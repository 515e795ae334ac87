/** Telling how far a download is: a bar on a terminal, one line elsewhere, on standard error. */

/** How far a download is. */
export interface Progress {
  /** The name of the file. */
  file: string;
  /** Where it comes from. */
  url: string;
  /** Bytes that have arrived; 0 when it begins. */
  received: number;
  /** Bytes of the whole file. */
  total: number;
}

/** Shows {@linkcode Progress} to somebody. */
export interface Reporter {
  /** Shows one state. */
  show(progress: Progress): void;
  /** Ends the display, whether or not the download did. */
  stop(): void;
}

/** Where the display is written: `process.stderr` or a stand-in for it. */
export interface Screen {
  /** Whether it is a terminal. */
  isTTY?: boolean;
  /** Writes text. */
  write(text: string): unknown;
}

/** What is used of `npm:cli-progress`. */
interface CliProgress {
  SingleBar: new (options: Record<string, unknown>, preset: unknown) => {
    start(total: number, startValue: number, payload: Record<string, string>): void;
    update(value: number): void;
    stop(): void;
  };
  Presets: { shades_classic: unknown };
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

/** A bar if `screen` (standard error) is a terminal, else one line for each download. */
export async function progressReporter(screen?: Screen): Promise<Reporter> {
  screen ??= (await import("node:process")).default.stderr;
  return screen.isTTY ? await barReporter(screen) : lineReporter(screen);
}

function lineReporter(screen: Screen): Reporter {
  return {
    show({ file, url, received, total }) {
      if (received === 0) {
        screen.write(`Downloading ${file} (${megabytes(total)} MB) from ${url}\n`);
      }
    },
    stop() {},
  };
}

/** The library is loaded here, when a download really begins, and never otherwise. */
async function barReporter(screen: Screen): Promise<Reporter> {
  const library: { default: unknown } = await import("npm:cli-progress@3.12.0");
  const { SingleBar, Presets } = library.default as CliProgress;
  const format = "{file} {bar} {percentage}% of {size} MB, {eta_formatted} left";
  const bar = new SingleBar(
    { stream: screen, format, barsize: 30, fps: 20 },
    Presets.shades_classic,
  );
  let running = false;
  const stop = () => {
    if (running) bar.stop();
    running = false;
  };
  return {
    show({ file, received, total }) {
      if (received > 0) return bar.update(received);
      stop();
      bar.start(total, 0, { file, size: megabytes(total) });
      running = true;
    },
    stop,
  };
}
