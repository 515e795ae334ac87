// The module: everything exported here can be launched by name from the wasm backend.
export * from "./affine.as";
export * from "./bilinear.as";
export * from "./binary.as";
export * from "./cast.as";
export * from "./channels.as";
export * from "./conv.as";
export * from "./conv_depthwise.as";
export * from "./conv_epilogue.as";
export * from "./conv_filter.as";
export * from "./conv_patches.as";
export { convolveProduct, packSix } from "./conv_product.as";
export { filterPanels, inputTile, outputTile, tileOfFour, turnBlock, winogradByOutputs, winogradByTiles, winogradFilters, winogradImages } from "./conv_winograd.as";
export { gradientsOfTile, spreadBlock, winogradFilterGradient, winogradGradients, winogradSums } from "./conv_winograd_filter.as";
export {
  winogradByMatrices, winogradFilterMatrices, winogradGradientMatrices, winogradImageMatrices, winogradMatrixProducts, winogradMatrixResults,
  winogradMatrixSums,
} from "./conv_winograd_library.as";
export * from "./copy.as";
export * from "./dropout.as";
export { biasActivation } from "./epilogue.as";
export * from "./gemm.as";
export * from "./gemv.as";
export * from "./gemv_stream.as";
export * from "./index.as";
export * from "./loss.as";
export * from "./pool.as";
export * from "./random.as";
export { packGates, packUnits } from "./recurrent.as";
export * from "./recurrent_backward.as";
export * from "./recurrent_forward.as";
export * from "./recurrent_kernels.as";
export * from "./reduce.as";
export * from "./response.as";
export * from "./select.as";
export * from "./softmax.as";
export * from "./trigonometry.as";
export * from "./unary.as";
export * from "./update.as";
