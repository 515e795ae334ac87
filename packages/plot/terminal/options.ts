/**
 * What the terminal can do, found out without asking for any permission.
 *
 * @module
 */

/** Options of {@linkcode Picture.toTerminal}. */
export interface TerminalOptions {
  /** Width in characters; that of the terminal without it, or 80 where there is none. */
  columns?: number;
  /** Height in lines of each panel of a chart, 15 without it. Image grids and tables ignore it. */
  rows?: number;
  /**
   * 24-bit colour. Without it: yes where standard output is a terminal and `NO_COLOR` is not set, and
   * `COLORTERM`, where it may be read, says `truecolor` or `24bit`.
   */
  color?: boolean;
}

/** The same with nothing left open. */
export interface Terminal {
  /** Width in characters. */
  columns: number;
  /** Height of a panel in lines. */
  rows: number;
  /** Whether to use 24-bit colour. */
  color: boolean;
}

/** The parts of Deno and of Node's `process` that are looked at, where they are. */
interface Host {
  Deno?: {
    noColor: boolean;
    stdout: { isTerminal(): boolean };
    consoleSize(): { columns: number };
    permissions: { querySync(what: { name: "env"; variable: string }): { state: string } };
    env: { get(name: string): string | undefined };
  };
  process?: {
    stdout?: { isTTY?: boolean; columns?: number };
    env?: Record<string, string | undefined>;
  };
}

/** Fills in what `options` leaves open. */
export function resolveTerminal(options: TerminalOptions, host: Host = globalThis): Terminal {
  const rows = options.rows ?? 15;
  const columns = options.columns ?? consoleColumns(host);
  for (const [name, value, least] of [["columns", columns, 20], ["rows", rows, 3]] as const) {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(
        `Cannot draw for a terminal as ${name} must be an integer of at least ${least}: ` +
          `current ${name} is ${value}`,
      );
    }
  }
  return { columns, rows, color: options.color ?? hasColour(host) };
}

function consoleColumns({ Deno, process }: Host): number {
  let columns: number | undefined;
  if (Deno !== undefined) {
    try {
      columns = Deno.stdout.isTerminal() ? Deno.consoleSize().columns : undefined;
    } catch {
      // No console behind standard output: the width stays open.
    }
  } else columns = process?.stdout?.columns;
  return Math.max(20, columns || 80);
}

function hasColour({ Deno, process }: Host): boolean {
  const fine = (term: string | undefined) => term === "truecolor" || term === "24bit";
  if (Deno !== undefined) {
    if (Deno.noColor || !Deno.stdout.isTerminal()) return false;
    const { state } = Deno.permissions.querySync({ name: "env", variable: "COLORTERM" });
    return state !== "granted" || fine(Deno.env.get("COLORTERM"));
  }
  const env = process?.env ?? {};
  return process?.stdout?.isTTY === true && !env.NO_COLOR && fine(env.COLORTERM);
}
