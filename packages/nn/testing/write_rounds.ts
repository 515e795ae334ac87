/**
 * Writes one safetensors file again and again, with the number of the round in all its places, and
 * says after each round that it is done, or why not. The arguments are the path and the number of
 * rounds.
 */
import { writeSafetensors } from "../safetensors/file.ts";

const [path, rounds] = Deno.args, data = new Float32Array(1 << 20);
for (let round = 1; round <= Number(rounds); round++) {
  data.fill(round);
  await writeSafetensors(path, new Map([["w", { dtype: "float32", shape: [data.length], data }]]))
    .then(() => console.log("done"), (error) => console.log(error.name, error.message));
}
