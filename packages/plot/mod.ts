/**
 * Charts and image grids for watching networks learn: learning curves, lines, scatter and contour
 * charts, decision regions, confusion matrices, ROC curves, histograms, grids of images, filters,
 * feature maps, the layers of a model; and diagrams of neurons, networks, cells and pooling. Every function returns a {@linkcode Picture}, to be had as SVG, PNG or text for
 * the terminal, shown in a notebook, or saved.
 *
 * Drawing needs no permission; {@linkcode Picture.save} needs to read and write its folder. The
 * libraries that draw are loaded when the first picture is drawn.
 *
 * @example
 * ```ts
 * import { learningCurve } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const picture = learningCurve(
 *   { loss: [0.61, 0.34, 0.27, 0.24], valAccuracy: [0.84, 0.91, 0.93, 0.94] },
 *   { title: "Digits" },
 * );
 * assertStringIncludes(await picture.toSVG(), "accuracy"); // await picture.save("curve.svg");
 * ```
 *
 * @module
 */
export type { Matrix, NdArrayLike, Vector } from "./arrays.ts";
export { classReport, type ClassReportOptions } from "./class_report.ts";
export {
  confusionMatrix,
  type ConfusionMatrixOptions,
  countConfusions,
} from "./confusion_matrix.ts";
export { contourChart, type ContourChartOptions } from "./contour_chart.ts";
export { decisionRegions, type DecisionRegionsOptions } from "./decision_regions.ts";
export type { ChannelOptions } from "./channels.ts";
export type { ActivationCurve } from "./diagrams/activation_curve.ts";
export { cellDiagram, type CellDiagramOptions } from "./diagrams/cell.ts";
export { networkDiagram, type NetworkDiagramOptions } from "./diagrams/network.ts";
export { neuronDiagram, type NeuronDiagramOptions } from "./diagrams/neuron.ts";
export { poolingDiagram, type PoolingDiagramOptions } from "./diagrams/pooling.ts";
export {
  type StackedLayer,
  stackedMaps,
  type StackedMapsOptions,
} from "./diagrams/stacked_maps.ts";
export { unrolledDiagram, type UnrolledDiagramOptions } from "./diagrams/unrolled.ts";
export { featureMaps, type FeatureMapsOptions } from "./feature_maps.ts";
export { filters, type FiltersOptions } from "./filters.ts";
export { histogram, type HistogramGroup, type HistogramOptions } from "./histogram.ts";
export { imageGrid, type ImageGridOptions } from "./image_grid.ts";
export type { Image } from "./images.ts";
export type { LayerBlock } from "./layer_blocks.ts";
export { layerGraph, type LayerGraphOptions } from "./layer_graph.ts";
export type { LayerBox } from "./layers.ts";
export {
  learningCurve,
  type LearningCurveOptions,
  type LearningHistory,
} from "./learning_curve.ts";
export { lineChart, type LineChartOptions, type LineSeries } from "./line_chart.ts";
export type { DecisionLine, Polyline } from "./lines.ts";
export type { ChartOptions, PlaneOptions } from "./panel.ts";
export { panels, type PanelsOptions } from "./panels.ts";
export { type Drawing, jupyterDisplay, Picture, type PngOptions } from "./picture.ts";
export {
  type PrecisionRecallPoints,
  precisionRecallPoints,
  type RocPoints,
  rocPoints,
} from "./ranking.ts";
export { precisionRecallCurve, type RankedSamples, rocCurve } from "./ranking_curves.ts";
export type { Axis } from "./scale.ts";
export { type PointGroup, scatter, type ScatterOptions } from "./scatter.ts";
export type { Terminal, TerminalOptions } from "./terminal/options.ts";
export { palette } from "./theme.ts";
