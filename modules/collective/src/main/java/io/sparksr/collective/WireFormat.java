package io.sparksr.collective;

/** How gradients travel; see {@link Communicator#allReduceGradients}. */
public enum WireFormat {
  /** As they are, 4 bytes each. */
  FP32,
  /** Rounded to bfloat16, 2 bytes each. */
  BF16
}
