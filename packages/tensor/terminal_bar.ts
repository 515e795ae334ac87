/** A bar on the last line of a terminal. */

/** What a bar is drawn on: a terminal, or a stand-in for it. */
export interface BarScreen {
  /** The width, in characters; 80 where it is not known. */
  readonly columns?: number;
  /** Writes text. */
  write(text: string): unknown;
}

/**
 * A bar with texts around it, drawn anew in its place. No setting of the terminal is changed: whatever
 * interrupts the program, there is nothing to be put right.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TerminalBar } from "@neurite/tensor/texts";
 *
 * let written = "";
 * const bar = new TerminalBar({ columns: 40, write: (text) => written += text });
 * bar.show(0.4, "epoch 1/2", ["loss 0.5", "a text for which there is no room"]);
 * bar.stop();
 * assertEquals(written, "\x1b[1Gepoch 1/2 ██░░░ loss 0.5\x1b[0K\n");
 * ```
 */
export class TerminalBar {
  readonly #screen: BarScreen;
  #shown = false;

  /** Draws nothing yet. */
  constructor(screen: BarScreen) {
    this.#screen = screen;
  }

  /**
   * Draws it: the share of what is done, from 0 to 1, and the texts around it. Of those behind it,
   * those that there is no room for are left out.
   */
  show(share: number, before: string, behind: readonly string[]): void {
    const { columns = 80 } = this.#screen;
    const size = Math.max(4, Math.floor(columns / 8)), done = Math.round(share * size);
    let line = `${before} ${"█".repeat(done)}${"░".repeat(size - done)}`, gap = " ";
    for (const text of behind) {
      // The last column stays free: a terminal may break the line there.
      if (line.length + gap.length + text.length >= columns) continue;
      line += gap + text;
      gap = "  ";
    }
    this.#screen.write(`\x1b[1G${line}\x1b[0K`);
    this.#shown = true;
  }

  /** Writes a text in its place; when it is shown again, that is on the line below. */
  replace(text: string): void {
    this.#screen.write(this.#shown ? `\x1b[1G\x1b[0K${text}` : text);
    this.#shown = false;
  }

  /** Ends it; where it is shown, it stays. */
  stop(): void {
    if (this.#shown) this.#screen.write("\n");
    this.#shown = false;
  }
}
