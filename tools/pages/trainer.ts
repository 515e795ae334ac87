/** A worker that trains for the page, and knows the layers of images, too. */
import "@neurite/cnn";
import "@neurite/nn/worker";
