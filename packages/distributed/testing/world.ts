/** What the ranks do together, printed by each as a line of JSON. */
import { backendInfo, tensor, useBackend } from "@neurite/tensor";
import { valuesInPlace } from "@neurite/tensor/internal";
import { connect } from "../mod.ts";

const world = await connect(), { rank, size } = world;
const values = (x: { array(): unknown }) => x.array();

const sum = tensor([[rank, 1], [2, 3 * rank]]), shared = valuesInPlace(sum)!;
const before = [backendInfo().memoryInUse, shared.byteOffset];
world.allReduce(sum);
const after = [backendInfo().memoryInUse, valuesInPlace(sum)!.byteOffset];

const large = new Float32Array(5_000_000).fill(rank + 1);
world.allReduce(large);

const results: Record<string, unknown> = {
  rank,
  size,
  again: world === await connect(),
  sum: values(sum),
  inPlace: before.join() === after.join(),
  mean: values(world.allReduce(tensor([rank, 10 * rank]), "mean")),
  max: values(world.allReduce(tensor([rank, -rank]), "max")),
  integers: values(world.allReduce(tensor([rank, 1], { dtype: "int32" }))),
  doubles: [...world.allReduce(Float64Array.of(rank + 1 / 3), "mean")],
  large: [large[0], large[2 ** 22 - 1], large[2 ** 22], large[4_999_999]],
  none: world.allReduce(new Float32Array(0)).length,
  gathered: values(world.allGather(tensor([rank, rank + 0.5]))),
  bytes: [...world.allGather(Uint8Array.of(rank + 3))],
  sent: values(world.broadcast(tensor([rank, 7]), size - 1)),
};
world.barrier();
const errors: string[] = [];
for (
  const wrong of [
    () => world.broadcast(tensor([1]), size),
    () => world.allReduce(tensor([1]), "product" as "sum"),
    () => world.allReduce(tensor([1], { dtype: "int32" }), "mean"),
  ]
) {
  try {
    wrong();
  } catch (error) {
    errors.push((error as Error).message);
  }
}
await useBackend("reference");
results.reference = values(world.allReduce(tensor([rank, 0.5])));
console.log(JSON.stringify({ ...results, errors }));
