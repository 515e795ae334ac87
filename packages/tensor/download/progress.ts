/** Telling how far a download is: a bar on a terminal, one line elsewhere, on standard error. */
import { builtin } from "../builtin.ts";
import { TerminalBar } from "../terminal_bar.ts";

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
  /** Its width, in characters. */
  columns?: number;
  /** Writes text. */
  write(text: string): unknown;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

/** A bar if `screen` (standard error) is a terminal, else one line for each download. */
export function progressReporter(screen: Screen = standardError()): Reporter {
  return screen.isTTY ? barReporter(screen) : lineReporter(screen);
}

/** Standard error; the console where there is none, as in pages. */
function standardError(): Screen {
  return builtin<typeof import("node:process")>("process")?.stderr ??
    { write: (text) => console.info(text.trimEnd()) };
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

/** Milliseconds between two looks at a download that goes on. */
const INTERVAL = 50;

function barReporter(screen: Screen): Reporter {
  const bar = new TerminalBar(screen);
  let begun = 0, drawn = 0;
  return {
    show({ file, received, total }) {
      const now = performance.now();
      if (received === 0) {
        bar.stop();
        begun = now;
        drawn = -Infinity;
      } else if (received < total && now - drawn < INTERVAL) return;
      else drawn = now;
      const share = total === 0 ? 1 : Math.min(1, received / total);
      const left = Math.ceil((now - begun) / 1000 * (1 - share) / share);
      bar.show(share, file, [
        `${Math.floor(100 * share)}% of ${megabytes(total)} MB`,
        ...Number.isFinite(left) ? [`${left} s left`] : [],
      ]);
    },
    stop: () => bar.stop(),
  };
}
