package io.sparksr.data;

import java.io.Serializable;
import java.util.List;

/**
 * Sections {@code shard.before-reduction} and {@code shard.after-reduction}: how the pixels that LR
 * is made of are spoilt, in this order: blur, noise, JPEG. Each strength is none, one number, or
 * the least and the most of what is drawn uniformly for each crop.
 *
 * @param blur standard deviation of a Gaussian in pixels of the image it is applied to, 0 to 32
 * @param noise standard deviation of Gaussian noise in levels of 255, 0 to 128
 * @param jpeg quality of a JPEG file in between, 1 (worst) to 100
 */
public record Distortions(List<Double> blur, List<Double> noise, List<Integer> jpeg)
    implements Serializable {
  /** Pixels stay as they are. */
  public static final Distortions NONE = new Distortions(List.of(), List.of(), List.of());

  private static final double MOST_BLUR = 32;
  private static final double MOST_NOISE = 128;
  private static final int MOST_QUALITY = 100;

  /** Checks the ranges; messages begin with the key. */
  public Distortions {
    blur = List.copyOf(blur);
    noise = List.copyOf(noise);
    jpeg = List.copyOf(jpeg);
    check("blur", blur, 0, MOST_BLUR);
    check("noise", noise, 0, MOST_NOISE);
    check("jpeg", jpeg.stream().map(Integer::doubleValue).toList(), 1, MOST_QUALITY);
  }

  private static void check(String key, List<Double> strength, double min, double max) {
    // Written so that NaN fails too.
    boolean isInRange = strength.stream().allMatch(value -> value >= min && value <= max);
    boolean isOrdered = strength.size() < 2 || strength.get(0) <= strength.get(1);
    if (strength.size() > 2 || !isInRange || !isOrdered) {
      throw new IllegalArgumentException(
          key
              + ": must be [] for none, [STRENGTH] or [LEAST, MOST], between "
              + (int) min
              + " and "
              + (int) max
              + ", got "
              + strength);
    }
  }
}
