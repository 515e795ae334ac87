/** Asks the worker in a folder, with and without its compiled module; prints the answers as JSON. */
import process from "node:process";

// Installed where this file is run, and not in the workspace.
const library = "miniflare", { Miniflare } = await import(library);
const [folder] = process.argv.slice(2), answers = [];
for (const path of ["/module", "/embedded"]) { // A new one each time: a backend is started once.
  const miniflare = new Miniflare({
    modules: [
      { type: "ESModule", path: `${folder}/cloudflare.js` },
      { type: "CompiledWasm", path: `${folder}/kernels.wasm` },
    ],
    modulesRoot: folder,
    compatibilityDate: "2026-04-01",
  });
  const response = await miniflare.dispatchFetch(`http://localhost${path}`);
  answers.push(await response.json());
  await miniflare.dispose();
}
console.log(JSON.stringify(answers));
