/**
 * A local stand-in for a registry of npm packages: enough of its interface for npm, pnpm and Bun to
 * install from. It serves only what it was given; point scopes at it in `.npmrc`.
 */
import { fileNameOf, type NpmPackage, tarballOf } from "./npm.ts";

/** A registry that lives as long as the object, on a free port of this machine. */
export class NpmRegistry implements AsyncDisposable {
  #documents = new Map<string, unknown>();
  #archives = new Map<string, Uint8Array<ArrayBuffer>>();
  #server: Deno.HttpServer<Deno.NetAddr>;

  /** Starts listening on a free port. */
  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  /** Its address, with a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Publishes a package. */
  async add(made: NpmPackage): Promise<void> {
    const { name, version } = made.manifest, file = fileNameOf(made.manifest);
    const archive = await tarballOf(made);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", archive));
    const dist = { tarball: `${this.url}-/${file}`, integrity: `sha512-${digest.toBase64()}` };
    this.#archives.set(file, archive);
    this.#documents.set(name, {
      name,
      "dist-tags": { latest: version },
      versions: { [version]: { ...made.manifest, dist } },
      time: { [version]: "2020-01-01T00:00:00.000Z" }, // some clients hold new versions back
    });
  }

  /** Stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #answer(request: Request): Response {
    const path = decodeURIComponent(new URL(request.url).pathname).slice(1);
    const archive = path.startsWith("-/") ? this.#archives.get(path.slice(2)) : undefined;
    if (archive) return new Response(archive);
    const document = this.#documents.get(path);
    return document ? Response.json(document) : Response.json({ error: "not found" }, {
      status: 404,
    });
  }
}
