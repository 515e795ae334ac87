/**
 * Data to learn from: MNIST, CIFAR-10, texts, synthetic sets that need neither files nor network, and
 * what makes data of your own ready.
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
 * - {@linkcode readCSV}: a {@linkcode Table} of your own, with types found and missing values named;
 *   {@linkcode LabelEncoder} for its classes.
 * - {@linkcode trainTestSplit}, {@linkcode kFold}, {@linkcode crossValidate}: parts to learn from and
 *   parts to test with.
 * - {@linkcode StandardScaler}, {@linkcode MinMaxScaler}: features on one scale.
 * - {@linkcode padSequences}, {@linkcode seriesWindows}: sequences of one length.
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
export {
  type BooleanColumn,
  type Column,
  type ColumnType,
  type NamedColumn,
  type NumberColumn,
  type TextColumn,
} from "./table/column.ts";
export {
  MISSING,
  parseCSV,
  type ParseCSVOptions,
  readCSV,
  type ReadCSVOptions,
} from "./table/csv.ts";
export { type ColumnValues, type Filling, Table } from "./table/table.ts";
export { type Label, LabelEncoder, type LabelEncoderJSON } from "./label_encoder.ts";
export { padSequences, type PadSequencesOptions, type SequenceEnd } from "./pad_sequences.ts";
export { type Affine, type Features, FeatureScaler } from "./scaling/feature_scaler.ts";
export {
  MinMaxScaler,
  type MinMaxScalerJSON,
  type MinMaxScalerOptions,
} from "./scaling/min_max_scaler.ts";
export { StandardScaler, type StandardScalerJSON } from "./scaling/standard_scaler.ts";
export { type SeriesWindows, seriesWindows, type SeriesWindowsOptions } from "./series_windows.ts";
export {
  crossValidate,
  type CrossValidation,
  type Fold,
  kFold,
  type KFoldOptions,
} from "./split/k_fold.ts";
export type { Rows } from "./split/rows.ts";
export type { Stratify } from "./split/strata.ts";
export {
  type Split,
  type SplitPart,
  trainTestSplit,
  type TrainTestSplitOptions,
} from "./split/train_test_split.ts";
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
