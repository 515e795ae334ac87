/** Operators that a file defines by others: their nodes in place of them. */
import { DataError } from "@neurite/tensor";
import { quoted } from "@neurite/tensor/internal";
import type { AttributeProto, FunctionProto, ModelProto, NodeProto } from "../proto/schema.ts";

/** How deep functions may be made of functions. */
const DEEPEST = 16;

/** The most nodes of a graph whose functions were replaced: files that double at each level end here. */
const MOST_NODES = 50_000;

/** A model without functions: wherever one is used, the nodes that it is made of stand. */
export function withoutFunctions(model: ModelProto): ModelProto {
  const { graph, functions = [] } = model;
  if (graph === undefined || functions.length === 0) return model;
  const byName = new Map(functions.map((one) => [keyOf(one.domain, one.name), one]));
  const expanded: NodeProto[] = [];
  let calls = 0;
  const visit = (node: NodeProto, depth: number): void => {
    const body = byName.get(keyOf(node.domain, node.opType));
    if (body === undefined) expanded.push(node);
    else if (depth >= DEEPEST) {
      throw new DataError(
        `Cannot read an ONNX model as its functions must lie at most ${DEEPEST} deep in each other: ` +
          `current more, at ${quoted(node.opType ?? "")}`,
      );
    } else for (const inner of bodyOf(body, node, `${++calls}/`)) visit(inner, depth + 1);
    if (expanded.length <= MOST_NODES) return;
    throw new DataError(
      `Cannot read an ONNX model as it must have at most ${MOST_NODES} nodes: current more, made of functions`,
    );
  };
  for (const node of graph.node ?? []) visit(node, 0);
  return { ...model, functions: [], graph: { ...graph, node: expanded } };
}

function keyOf(domain = "", name = ""): string {
  return `${domain}:${name}`;
}

/** The nodes of a function where it is used by `node`; `prefix` makes the names within it unique. */
function bodyOf(body: FunctionProto, node: NodeProto, prefix: string): NodeProto[] {
  const names = new Map<string, string>();
  (body.input ?? []).forEach((name, i) => names.set(name, node.input?.[i] ?? ""));
  (body.output ?? []).forEach((name, i) => names.set(name, node.output?.[i] || prefix + name));
  const renamed = (list: readonly string[] = []) =>
    list.map((name) => name === "" ? "" : names.get(name) ?? prefix + name);
  const given = new Map([...body.attributeProto ?? [], ...node.attribute ?? []]
    .map((one) => [one.name, one] as const));
  const attribute = (one: AttributeProto): AttributeProto[] => {
    if (!one.refAttrName) return [one];
    const found = given.get(one.refAttrName);
    return found === undefined ? [] : [{ ...found, name: one.name }];
  };
  return (body.node ?? []).map((inner) => ({
    ...inner,
    name: prefix + (inner.name ?? ""),
    input: renamed(inner.input),
    output: renamed(inner.output),
    attribute: (inner.attribute ?? []).flatMap(attribute),
  }));
}
