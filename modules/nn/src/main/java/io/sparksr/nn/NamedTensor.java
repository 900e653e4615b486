package io.sparksr.nn;

import java.nio.FloatBuffer;

/**
 * A float32 tensor with its name.
 *
 * @param name as in the PyTorch model's {@code state_dict}
 * @param shape sizes, C order; empty for a scalar
 * @param values all values from position 0 to the limit; possibly memory shared with a network
 */
public record NamedTensor(String name, long[] shape, FloatBuffer values) {

  /** Checks that shape and values agree. */
  public NamedTensor {
    long size = 1;
    for (long side : shape) {
      size = Math.multiplyExact(size, side);
    }
    if (size != values.limit()) {
      throw new IllegalArgumentException(
          name + ": " + values.limit() + " values for a shape of " + size);
    }
  }
}
