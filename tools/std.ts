/**
 * Decides where `@std/...` comes from: prints nothing where JSR answers, and the option that swaps
 * in the stand-ins of `tools/offline` where it does not. Tasks put the output into their command:
 * `deno bench $(deno run ... tools/std.ts)`. With `--write` it rewrites `offline/import_map.json`.
 */
import config from "../deno.json" with { type: "json" };

/** The option that puts the stand-ins in the place of `@std/...`. */
export const OFFLINE = "--import-map=tools/offline/import_map.json";

/** How long JSR may take. Below three seconds with the start of Deno. */
const PATIENCE_MS = 2500;

/** The modules of `tools/offline`, by the name that the sources import. */
const STAND_INS = {
  "@std/assert": "./assert.ts",
  "@std/testing/bdd": "./testing_bdd.ts",
};

/** What `offline/import_map.json` must hold: the root `imports`, JSR's replaced. */
export function offlineImportMap(imports: Record<string, string> = config.imports): string {
  const others = Object.entries(imports).filter(([, target]) => !target.startsWith("jsr:"));
  return JSON.stringify({ imports: { ...STAND_INS, ...Object.fromEntries(others) } }, null, 2) +
    "\n";
}

/** Whether the registry at `url` has the pinned version of `@std/assert` and says so in time. */
export async function jsrAnswers(url: string, patience: number = PATIENCE_MS): Promise<boolean> {
  const pinned = config.imports["@std/assert"].split("@").at(-1) ?? "";
  try {
    const response = await fetch(new URL("@std/assert/meta.json", url), {
      signal: AbortSignal.timeout(patience),
    });
    const { versions } = await response.json();
    return response.ok && pinned in versions;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  if (Deno.args.includes("--write")) {
    const path = new URL("offline/import_map.json", import.meta.url);
    await Deno.writeTextFile(path, offlineImportMap());
  } else if (await jsrAnswers(Deno.env.get("JSR_URL") ?? "https://jsr.io/")) {
    console.error("@std from JSR");
  } else {
    console.error(`@std from tools/offline, as JSR did not answer within ${PATIENCE_MS / 1000} s`);
    console.log(OFFLINE);
  }
}
