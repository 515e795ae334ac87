/**
 * A local stand-in for the JSR registry: enough of its interface for `deno publish` to publish to
 * and for `deno run` to import from. Point both at it with the environment variable `JSR_URL`.
 */
import { parseTarGzip } from "npm:nanotar@0.3.0";

/** A published version: its files by absolute path (`/mod.ts`). */
interface Version {
  files: Map<string, Uint8Array<ArrayBuffer>>;
  exports: Record<string, string>;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** A registry that lives as long as the object, on a free port of this machine. */
export class Registry implements AsyncDisposable {
  #packages = new Map<string, Map<string, Version>>();
  #server: Deno.HttpServer<Deno.NetAddr>;

  /** Starts listening on a free port. */
  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  /** What `JSR_URL` must be. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** The files of a published version by path: `/mod.ts`; none if it was not published. */
  filesOf(name: string, version: string): ReadonlyMap<string, Uint8Array> {
    return this.#packages.get(name)?.get(version)?.files ?? new Map();
  }

  /** Adds a package without `deno publish`. */
  add(
    name: string,
    version: string,
    exports: Version["exports"],
    files: Map<string, string>,
  ): void {
    const encoded = new Map(
      [...files].map(([path, text]) => [path, new TextEncoder().encode(text)]),
    );
    this.#put(name, version, { exports, files: encoded });
  }

  /** Stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #put(name: string, version: string, content: Version): void {
    const versions = this.#packages.get(name) ?? new Map<string, Version>();
    this.#packages.set(name, versions.set(version, content));
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = decodeURIComponent(url.pathname);
    const api = path.match(/^\/api\/scopes\/([^/]+)\/packages\/([^/]+)(?:\/versions\/([^/]+))?$/);
    if (api) {
      const [, scope, name, version] = api;
      if (!version) return Response.json({ scope, name });
      if (request.method === "POST") {
        return await this.#publish(`@${scope}/${name}`, version, request);
      }
      const known = this.#packages.get(`@${scope}/${name}`)?.has(version);
      return known ? Response.json({ scope, name, version }) : notFound();
    }
    if (path.startsWith("/api/publish_status/")) return Response.json(done(path));
    const file = path.match(/^\/(@[^/]+\/[^/]+)\/(.+)$/);
    return file ? await this.#serve(file[1], file[2]) : notFound();
  }

  async #publish(name: string, version: string, request: Request): Promise<Response> {
    const entries = await parseTarGzip(await request.arrayBuffer());
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const entry of entries) {
      if (entry.data) files.set("/" + entry.name.replace(/^\.?\//, ""), new Uint8Array(entry.data));
    }
    const config = JSON.parse(new TextDecoder().decode(files.get("/deno.json")));
    const exports = typeof config.exports === "string" ? { ".": config.exports } : config.exports;
    this.#put(name, version, { files, exports });
    return Response.json(done(`${name}@${version}`));
  }

  async #serve(name: string, rest: string): Promise<Response> {
    const versions = this.#packages.get(name);
    if (!versions) return notFound();
    if (rest === "meta.json") return Response.json(metaOf(name, versions));
    const meta = rest.match(/^([^/]+)_meta\.json$/);
    if (meta) {
      const content = versions.get(meta[1]);
      return content ? Response.json(await versionMetaOf(content)) : notFound();
    }
    const slash = rest.indexOf("/");
    const bytes = versions.get(rest.slice(0, slash))?.files.get(rest.slice(slash));
    if (!bytes) return notFound();
    return new Response(bytes, { headers: { "content-type": contentTypeOf(rest) } });
  }
}

const notFound = (): Response =>
  Response.json({ code: "notFound", message: "not found" }, { status: 404 });

const done = (id: string) => ({ id: encodeURIComponent(id), status: "success", error: null });

function metaOf(name: string, versions: Map<string, Version>) {
  const [scope, short] = name.slice(1).split("/");
  const all = [...versions.keys()];
  return {
    scope,
    name: short,
    latest: all.at(-1),
    versions: Object.fromEntries(all.map((version) => [version, {}])),
  };
}

async function versionMetaOf({ files, exports }: Version) {
  const manifest: Record<string, { size: number; checksum: string }> = {};
  for (const [path, bytes] of files) {
    manifest[path] = { size: bytes.length, checksum: `sha256-${await sha256(bytes)}` };
  }
  return { manifest, exports };
}

function contentTypeOf(path: string): string {
  if (path.endsWith(".ts")) return "text/typescript";
  if (path.endsWith(".js")) return "text/javascript";
  return path.endsWith(".json") ? "application/json" : "text/plain";
}
