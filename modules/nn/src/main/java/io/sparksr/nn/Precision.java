package io.sparksr.nn;

/**
 * The element type of the activations. Weights, batch norm, gradients and losses are float32 in
 * either case.
 */
public enum Precision {
  /** 32-bit floats throughout. */
  FP32,
  /** bfloat16 activations and convolutions. */
  BF16
}
