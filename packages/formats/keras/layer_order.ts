/**
 * The order in which Keras has the layers of a model that is a graph: by their distance from the outputs,
 * the farthest first, and those of one distance as a search from the outputs comes upon them first. Its
 * files with weights count layers in this order, whatever that of the configuration is.
 */

/** A use of a layer, or an input. */
export interface Node<T> {
  /** The layer. */
  readonly layer: T;
  /** The nodes that it is given results of. */
  readonly parents: readonly Node<T>[];
}

/** The layers of the nodes that lead to the outputs. */
export function kerasOrder<T>(outputs: readonly Node<T>[]): T[] {
  const nodes: Node<T>[] = [], found = new Map<T, number>(), seen = new Set<Node<T>>();
  const visit = (node: Node<T>): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (!found.has(node.layer)) found.set(node.layer, found.size);
    for (const parent of node.parents) visit(parent);
    nodes.push(node);
  };
  for (const output of outputs) visit(output);
  const distances = new Map<Node<T>, number>(), farthest = new Map<T, number>();
  for (const node of nodes.reverse()) {
    const distance = Math.max(distances.get(node) ?? 0, farthest.get(node.layer) ?? 0);
    distances.set(node, distance);
    farthest.set(node.layer, distance);
    for (const parent of node.parents) {
      distances.set(parent, Math.max(distance + 1, distances.get(parent) ?? 0));
    }
  }
  return [...found.keys()].sort((a, b) =>
    farthest.get(b)! - farthest.get(a)! || found.get(a)! - found.get(b)!
  );
}
