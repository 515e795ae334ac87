/** Headless Chromium: the program where there is one, and pages opened in it one after the other. */
import { join } from "node:path";

/** The program of a Chromium, where there is one. */
export async function findChromium(): Promise<string | undefined> {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      const { success } = await new Deno.Command(name, { args: ["--version"], stderr: "null" })
        .output();
      if (success) return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** A running browser with a profile of its own. */
export class Chromium implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #profile: string;
  readonly #address: string;

  private constructor(process: Deno.ChildProcess, profile: string, address: string) {
    this.#process = process;
    this.#profile = profile;
    this.#address = address;
  }

  /** Starts the program, and waits until it listens. */
  static async start(program: string, flags: readonly string[] = []): Promise<Chromium> {
    const profile = await Deno.makeTempDir();
    const process = new Deno.Command(program, {
      args: [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", ...flags],
        ...[`--user-data-dir=${profile}`, "about:blank"],
      ],
      env: { TMPDIR: profile }, // what it leaves goes with its profile
      stdout: "null",
      stderr: "null",
    }).spawn();
    for (let tries = 0;; tries++) {
      try {
        const [port] = Deno.readTextFileSync(join(profile, "DevToolsActivePort")).split("\n");
        return new Chromium(process, profile, `http://127.0.0.1:${port}/json/`);
      } catch (error) {
        if (tries === 600) throw error; // a minute
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** Opens a page until `done`. */
  async open<T>(address: string, done: Promise<T>): Promise<T> {
    const page = await fetch(`${this.#address}new?${encodeURIComponent(address)}`, {
      method: "PUT",
    });
    const { id } = await page.json();
    try {
      return await done;
    } finally {
      await (await fetch(`${this.#address}close/${id}`)).text();
    }
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.status;
    await Deno.remove(this.#profile, { recursive: true }).catch(() => {}); // its helpers may still write
  }
}
