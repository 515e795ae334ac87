/** Numbers of a file as the weights of a model have them. */

/** The numbers as float32; the same where they are that. */
export const floats = (values: Float32Array | Int32Array): Float32Array =>
  values instanceof Float32Array ? values : Float32Array.from(values);
