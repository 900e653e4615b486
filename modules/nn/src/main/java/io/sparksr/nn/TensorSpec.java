package io.sparksr.nn;

import io.sparksr.core.Seeds;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * A parameter or buffer of a network.
 *
 * @param name as in the PyTorch model's {@code state_dict}
 * @param shape sizes, C order; convolutions (out, in, height, width)
 * @param buffer whether it is a running statistic rather than something to train
 * @param bound initial values are uniform in [-bound, bound]; 0: all are {@code value}
 * @param value the initial value where {@code bound} is 0
 */
public record TensorSpec(String name, long[] shape, boolean buffer, double bound, double value) {

  /**
   * Convolution weights and biases start as PyTorch's: Kaiming uniform with a = sqrt 5, that is
   * uniform within 1 / sqrt(fan in).
   *
   * @param gain factor on the bound
   */
  static TensorSpec convolution(String name, int fanIn, double gain, long... shape) {
    return new TensorSpec(name, shape, false, gain / Math.sqrt(fanIn), 0);
  }

  static TensorSpec constant(String name, double value, long... shape) {
    return new TensorSpec(name, shape, false, 0, value);
  }

  static TensorSpec buffer(String name, double value, long... shape) {
    return new TensorSpec(name, shape, true, 0, value);
  }

  /** Number of values. */
  public int size() {
    long size = 1;
    for (long side : shape) {
      size *= side;
    }
    return Math.toIntExact(size);
  }

  /** Writes the initial values for a seed: the same everywhere. */
  void initialise(long seed, FloatBuffer target) {
    SplittableRandom random = Seeds.random(seed, "weights", Seeds.hash(name));
    for (int i = 0; i < target.limit(); i++) {
      target.put(i, (float) (bound > 0 ? random.nextDouble(-bound, bound) : value));
    }
  }
}
