package io.sparksr.nn;

import static io.sparksr.core.config.Checks.check;

import java.io.Serializable;

/**
 * Where VGG19 is cut to take its features.
 *
 * @param pool i: before this max pool, 1 to 5
 * @param convolution j: after this convolution of those since the pool before
 * @param activation whether the cut is behind or before the ReLU
 */
public record VggCut(int pool, int convolution, Activation activation) implements Serializable {
  private static final int[] CONVOLUTIONS = {2, 2, 4, 4, 4};

  /** Which side of the ReLU. */
  public enum Activation {
    /** Features that are never negative, as in SRGAN. */
    AFTER,
    /** Features with all their differences, as in ESRGAN (Wang et al. 2018, section 3.3). */
    BEFORE
  }

  /** Checks ranges, naming the key. */
  public VggCut {
    check(
        pool >= 1 && pool <= CONVOLUTIONS.length,
        "pool: must be from 1 to " + CONVOLUTIONS.length + ", got " + pool);
    int most = CONVOLUTIONS[pool - 1];
    check(
        convolution >= 1 && convolution <= most,
        "convolution: must be from 1 to " + most + " before pool " + pool + ", got " + convolution);
  }

  /** Convolutions between two pools that the cut needs. */
  int convolutionsBefore(int pooling) {
    return pooling == pool ? convolution : CONVOLUTIONS[pooling - 1];
  }

  /** Channels of the convolutions before a pool. */
  static int channels(int pooling) {
    return Math.min(64 << (pooling - 1), 512);
  }
}
