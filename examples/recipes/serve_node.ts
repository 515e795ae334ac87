/**
 * A model behind HTTP, with Node's own server, which Deno and Bun have, too.
 *
 * `curl -d '[[5.1, 3.5, 1.4, 0.2]]' localhost:8000`. The model is that of iris flowers; load yours by
 * `loadModel`. With `--check` it asks itself.
 *
 * `deno task example recipes/serve_node [--check]`
 *
 * Permissions: --allow-read --allow-net=127.0.0.1
 */
import { createServer } from "node:http";
import { argv, exit } from "node:process";
import { irisModel, kindsOf } from "../common/iris_model.ts";

const model = await irisModel(); // await loadModel("iris.safetensors")
const check = argv.includes("--check");

const server = createServer(async (request, response) => {
  let body = "", status = 200, answer: unknown;
  for await (const piece of request) body += piece;
  try {
    answer = { kinds: kindsOf(model, JSON.parse(body)) };
  } catch (error) {
    [status, answer] = [400, { error: (error as Error).message }];
  }
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
});
await new Promise<void>((ready) => server.listen(check ? 0 : 8000, "127.0.0.1", ready));

if (check) {
  const { port } = server.address() as { port: number };
  const options = { method: "POST", body: "[[5.1, 3.5, 1.4, 0.2], [6.5, 3, 5.5, 2]]" };
  const { kinds } = await (await fetch(`http://127.0.0.1:${port}`, options)).json();
  console.log(kinds);
  server.close();
  exit(kinds.join() === "setosa,virginica" ? 0 : 1);
}
