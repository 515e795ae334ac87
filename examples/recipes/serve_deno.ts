/**
 * A model behind HTTP, with Deno: `curl -d '[[5.1, 3.5, 1.4, 0.2]]' localhost:8000`.
 *
 * The model is that of iris flowers; load yours by `loadModel`. With `--check` it asks itself.
 *
 * `deno task example recipes/serve_deno [--check]`
 *
 * Permissions: --allow-read --allow-net=127.0.0.1
 */
import { irisModel, kindsOf } from "../common/iris_model.ts";

const model = await irisModel(); // await loadModel("iris.safetensors")
const check = Deno.args.includes("--check");

const server = Deno.serve({ hostname: "127.0.0.1", port: check ? 0 : 8000 }, async (request) => {
  if (request.method !== "POST") return new Response("POST rows of four numbers", { status: 405 });
  try {
    return Response.json({ kinds: kindsOf(model, await request.json()) });
  } catch (error) {
    return Response.json({ error: (error as Error).message }, { status: 400 });
  }
});

if (check) {
  const address = `http://127.0.0.1:${server.addr.port}`;
  const ask = (body: string) => fetch(address, { method: "POST", body });
  const { kinds } = await (await ask("[[5.1, 3.5, 1.4, 0.2], [6.5, 3, 5.5, 2]]")).json();
  const wrong = await ask("[[1]]");
  console.log(kinds, wrong.status, await wrong.json());
  await server.shutdown();
  if (kinds.join() !== "setosa,virginica" || wrong.status !== 400) Deno.exit(1);
}
