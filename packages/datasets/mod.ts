/**
 * Data to learn from: MNIST, CIFAR-10, texts, and synthetic sets that need neither files nor network.
 *
 * - {@linkcode loadMnist}: handwritten digits, from a folder, the cache, or a checked download.
 * - {@linkcode loadCifar10}: small colour photographs of ten things, likewise.
 * - {@linkcode syntheticDigits}, {@linkcode syntheticShapes}: digits in the shapes and types of
 *   MNIST, coloured shapes in those of CIFAR-10, drawn by the program.
 * - {@linkcode logicGate}, {@linkcode noisySine}, {@linkcode twoMoons}, {@linkcode spiral}: the
 *   small sets of the textbooks.
 * - {@linkcode loadTinyShakespeare}, {@linkcode loadSonnets}, {@linkcode selfCorpus}: texts, which
 *   {@linkcode Vocabulary} turns into numbers and {@linkcode textWindows} into examples.
 * - {@linkcode scale}, {@linkcode oneHot}: from bytes to what a network takes.
 * - {@linkcode readIdx}: the file format of MNIST and its relatives.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { oneHot, scale, syntheticDigits } from "@neurite/datasets";
 *
 * const { images, labels } = syntheticDigits({ count: 100, seed: 1 });
 * const X = scale(images), d = oneHot(labels, 10);
 * assertEquals(X.shape, [100, 784]);
 * assertEquals(d.shape, [100, 10]);
 * assertEquals(d.get(0, labels.get(0)), 1);
 * ```
 *
 * @module
 */
export { loadCifar10, type LoadCifar10Options } from "./cifar10.ts";
export type { Digits } from "./digits.ts";
export type { DrawOptions, LabelledPoints } from "./draw.ts";
export type { LoadOptions, Progress } from "@neurite/tensor/download";
export type { Part, SplitOptions } from "./split_options.ts";
export { readIdx } from "./idx.ts";
export type { LabelledImages } from "./labelled_images.ts";
export { type LogicGate, logicGate, type TruthTable } from "./logic_gate.ts";
export { loadMnist, type LoadMnistOptions } from "./mnist.ts";
export { noisySine, type NoisySineOptions, type Samples } from "./noisy_sine.ts";
export { type Labels, oneHot } from "./one_hot.ts";
export { scale, type ScaleOptions } from "./scale.ts";
export { selfCorpus } from "./self_corpus.ts";
export { spiral, type SpiralOptions } from "./spiral.ts";
export { syntheticDigits, type SyntheticDigitsOptions } from "./synthetic_digits.ts";
export { syntheticShapes, type SyntheticShapesOptions } from "./synthetic_shapes.ts";
export { loadSonnets, type LoadTextOptions, loadTinyShakespeare } from "./text.ts";
export { type TextWindows, textWindows, type TextWindowsOptions } from "./text_windows.ts";
export { twoMoons, type TwoMoonsOptions } from "./two_moons.ts";
export {
  Vocabulary,
  type VocabularyJSON,
  type VocabularyLevel,
  type VocabularyOptions,
} from "./vocabulary.ts";
