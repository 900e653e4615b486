package io.sparksr.data;

import java.util.List;
import java.util.SplittableRandom;

/**
 * How strong a distortion is: a number, or uniform between two.
 *
 * @param least the weakest
 * @param most the strongest, at least {@code least}
 */
record Strength(double least, double most) {

  /** From a list of one number or two in ascending order. */
  static Strength of(List<? extends Number> range) {
    return new Strength(range.get(0).doubleValue(), range.get(range.size() - 1).doubleValue());
  }

  double draw(SplittableRandom random) {
    return least + random.nextDouble() * (most - least);
  }

  /** A whole number, both ends included. */
  int drawWhole(SplittableRandom random) {
    return random.nextInt((int) least, (int) most + 1);
  }
}
