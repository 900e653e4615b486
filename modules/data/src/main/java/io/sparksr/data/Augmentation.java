package io.sparksr.data;

import io.sparksr.core.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One of the eight symmetries of a square, applied alike to HR and LR: first a flip (left to
 * right), then quarter turns clockwise.
 *
 * @param flip whether left and right change sides
 * @param quarterTurns 0 to 3
 */
public record Augmentation(boolean flip, int quarterTurns) {
  /** Leaves images as they are. */
  public static final Augmentation NONE = new Augmentation(false, 0);

  private static final List<Augmentation> ALL =
      Arrays.asList(
          NONE,
          new Augmentation(false, 1),
          new Augmentation(false, 2),
          new Augmentation(false, 3),
          new Augmentation(true, 0),
          new Augmentation(true, 1),
          new Augmentation(true, 2),
          new Augmentation(true, 3));

  /** Checks the number of turns. */
  public Augmentation {
    if (quarterTurns < 0 || quarterTurns > 3) {
      throw new IllegalArgumentException("0 to 3 quarter turns, not " + quarterTurns);
    }
  }

  /** The symmetry of one sample in one epoch, uniform over all eight. */
  public static Augmentation draw(long seed, long epoch, SampleId sample) {
    SplittableRandom random =
        Seeds.random(seed, "augment", epoch, Seeds.hash(sample.imageId()), sample.crop());
    return ALL.get(random.nextInt(ALL.size()));
  }

  /**
   * Copies a square image, transformed.
   *
   * @param source (size, size, 3)
   * @param target where {@code size * size * 3} bytes are written from {@code offset} on; not the
   *     source
   */
  public void apply(byte[] source, int size, byte[] target, int offset) {
    if (!flip && quarterTurns == 0) {
      System.arraycopy(source, 0, target, offset, 3 * size * size);
      return;
    }
    int last = size - 1;
    int out = offset;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int fromX =
            switch (quarterTurns) {
              case 0 -> x;
              case 1 -> y;
              case 2 -> last - x;
              default -> last - y;
            };
        int fromY =
            switch (quarterTurns) {
              case 0 -> y;
              case 1 -> last - x;
              case 2 -> last - y;
              default -> x;
            };
        int in = 3 * (fromY * size + (flip ? last - fromX : fromX));
        target[out++] = source[in];
        target[out++] = source[in + 1];
        target[out++] = source[in + 2];
      }
    }
  }
}
