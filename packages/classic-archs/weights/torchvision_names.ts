/** The names of weights in files of torchvision and its relatives. */

/** What torchvision calls the weights of our layers. */
const WEIGHTS: Readonly<Record<string, string>> = {
  kernel: "weight",
  bias: "bias",
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
};

/**
 * The name that torchvision has for a weight of a layer: `layer1.0.conv1/kernel` is
 * `layer1.0.conv1.weight`, as layers are named with its paths. `undefined` for a weight of a layer that
 * torchvision's networks do not have.
 */
export function torchvisionName(name: string): string | undefined {
  const [, layer, weight] = /^(.*)\/(.*)$/.exec(name) ?? [];
  return Object.hasOwn(WEIGHTS, weight) ? `${layer}.${WEIGHTS[weight]}` : undefined;
}

/** Other names for the same weights, and torchvision's. */
const OTHERS: readonly [other: RegExp, torchvision: string][] = [
  // timm's VGG: its dense layers are convolutions, and have other names.
  [/^pre_logits\.fc1\./, "classifier.0."],
  [/^pre_logits\.fc2\./, "classifier.3."],
  [/^head\.fc\./, "classifier.6."],
  // The first files of DenseNet: denselayer1.norm.1 for denselayer1.norm1.
  [/^(.*denselayer\d+\.(?:norm|conv))\.([12])\./, "$1$2."],
];

/**
 * The name that torchvision has for what a file calls so.
 */
export function inTorchvision(name: string): string {
  for (const [other, own] of OTHERS) if (other.test(name)) return name.replace(other, own);
  return name;
}

/** Counts of batches, which only PyTorch's training looks at. */
export function isCount(name: string): boolean {
  return name.endsWith(".num_batches_tracked");
}

/**
 * What a network may have or not: the classifier at the end, the auxiliary ones. `undefined` for what it
 * cannot do without.
 */
export function optionalPart(name: string): "top" | "aux1" | "aux2" | undefined {
  const [, part] = /^(fc|classifier|aux1|aux2)\./.exec(name) ?? [];
  if (part === undefined) return undefined;
  return part === "aux1" || part === "aux2" ? part : "top";
}

/** What a file says of a weight: its sizes. */
type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/**
 * Which of the classic networks has weights of these names and shapes, by torchvision's names: `ResNet-50`;
 * `undefined` for none of them.
 */
export function whichNetwork(weights: Shapes): string | undefined {
  const names = [...weights.keys()],
    count = (name: RegExp) => names.filter((n) => name.test(n)).length;
  const residual = count(/^layer\d+\.\d+\.conv\d+\.weight$/);
  if (residual > 0) return `ResNet-${residual + 2}`;
  const dense = count(/^features\.denseblock\d+\.denselayer\d+\.conv[12]\.weight$/);
  if (dense > 0) return `DenseNet-${dense + count(/^features\.transition\d+\.conv\.weight$/) + 2}`;
  if (count(/^inception3a\./) > 0) return "GoogLeNet";
  const [, , size] = weights.get("features.0.weight")?.shape ?? [];
  if (size === 11) return "AlexNet";
  const filters =
    [...weights].filter(([name, { shape }]) =>
      /^features\.\d+\.weight$/.test(name) && shape.length === 4
    ).length;
  if (size !== 3) return undefined;
  return `VGG-${filters + 3}${
    count(/^features\.\d+\.running_mean$/) > 0 ? " with batch normalization" : ""
  }`;
}
