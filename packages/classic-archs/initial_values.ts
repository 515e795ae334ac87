/** How the kernels of the classic networks start. Biases start at 0. */
import { RandomNormal, VarianceScaling } from "@neurite/nn";

/**
 * He et al.'s normal numbers of variance `2 / fanOut`, which keep the size of gradients on their way
 * back through ReLU: ResNet's and VGG's. From "Delving deep into rectifiers", 2015.
 */
export const heFanOut: VarianceScaling = new VarianceScaling({
  scale: 2,
  mode: "fanOut",
  distribution: "untruncatedNormal",
});

/** The same with variance `2 / fanIn`, which keeps the size of signals: DenseNet's. */
export const heFanIn: VarianceScaling = new VarianceScaling({
  scale: 2,
  mode: "fanIn",
  distribution: "untruncatedNormal",
});

/** Even between `±1 / sqrt(fanIn)`, PyTorch's own: torchvision's AlexNet, and last layers. */
export const evenFanIn: VarianceScaling = new VarianceScaling({
  scale: 1 / 3,
  mode: "fanIn",
  distribution: "uniform",
});

/** Normal numbers of deviation 0.01: AlexNet's paper, GoogLeNet, the dense layers of VGG. */
export const smallNormal: RandomNormal = new RandomNormal({ stddev: 0.01 });
