package io.sparksr.core.image;

import java.util.Arrays;

/**
 * Separable resampling in Pillow's arithmetic: the filter is widened by the scale when reducing
 * (antialiased), the horizontal pass comes before the vertical one with 8-bit values between them,
 * and weights are rounded to 22 fractional bits.
 *
 * <p>Instances hold the weights for one pair of sizes and may be used by several threads.
 */
final class FixedPointResampler {
  /**
   * Two bits of headroom for weights outside [0, 1] and eight for the value leave 22 for the
   * fraction.
   */
  static final int PRECISION_BITS = 32 - 8 - 2;

  private static final int HALF = 1 << (PRECISION_BITS - 1);

  private final Axis horizontal;
  private final Axis vertical;

  private FixedPointResampler(Axis horizontal, Axis vertical) {
    this.horizontal = horizontal;
    this.vertical = vertical;
  }

  /** A resampler from one size to another; all sides at least 1. */
  static FixedPointResampler of(
      Filter filter, int sourceWidth, int sourceHeight, int targetWidth, int targetHeight) {
    return new FixedPointResampler(
        Axis.of(filter, sourceWidth, targetWidth), Axis.of(filter, sourceHeight, targetHeight));
  }

  /**
   * Resamples one image.
   *
   * @throws IllegalArgumentException if it has another size than the resampler was made for
   */
  RgbImage apply(RgbImage source) {
    if (source.width() != horizontal.sourceSize || source.height() != vertical.sourceSize) {
      throw new IllegalArgumentException(
          source
              + " given to a resampler for "
              + horizontal.sourceSize
              + "x"
              + vertical.sourceSize);
    }
    byte[] pixels = source.pixels();
    if (horizontal.sourceSize != horizontal.targetSize) {
      pixels = resampleRows(pixels);
    }
    if (vertical.sourceSize != vertical.targetSize) {
      pixels = resampleColumns(pixels);
    }
    return new RgbImage(
        horizontal.targetSize,
        vertical.targetSize,
        pixels == source.pixels() ? pixels.clone() : pixels);
  }

  /**
   * Takes blocks of rows column by column: then all rows of a block have the same weight, and the
   * inner loop runs over neighbouring ints, which the JIT turns into SIMD instructions.
   */
  private byte[] resampleRows(byte[] source) {
    int sourceStride = horizontal.sourceSize * RgbImage.CHANNELS;
    int targetStride = horizontal.targetSize * RgbImage.CHANNELS;
    byte[] target = new byte[vertical.sourceSize * targetStride];
    int[] packed = new int[PixelBlock.ROWS];
    int[] sums = new int[PixelBlock.LANES];
    int[][] columns = new int[horizontal.sourceSize][];
    int[][] window = new int[horizontal.taps][PixelBlock.LANES];
    for (int top = 0; top < vertical.sourceSize; top += PixelBlock.ROWS) {
      int rows = Math.min(PixelBlock.ROWS, vertical.sourceSize - top);
      int split = 0;
      for (int x = 0; x < horizontal.targetSize; x++) {
        int end = horizontal.first[x] + horizontal.count[x];
        for (; split < end; split++) {
          int from = top * sourceStride + split * RgbImage.CHANNELS;
          if (split + 1 < horizontal.sourceSize) {
            PixelBlock.gather(source, from, sourceStride, packed, rows);
          } else {
            PixelBlock.gatherLast(source, from, sourceStride, packed, rows);
          }
          columns[split] = window[split % horizontal.taps];
          PixelBlock.split(packed, columns[split]);
        }
        weigh(horizontal, x, columns, sums);
        PixelBlock.join(sums, packed);
        int to = top * targetStride + x * RgbImage.CHANNELS;
        if (x + 1 < horizontal.targetSize) {
          PixelBlock.scatter(packed, target, to, targetStride, rows);
        } else {
          PixelBlock.scatterLast(packed, target, to, targetStride, rows);
        }
      }
    }
    return target;
  }

  /** Adds whole rows; a row is widened to ints when it is first needed. */
  private byte[] resampleColumns(byte[] source) {
    int stride = horizontal.targetSize * RgbImage.CHANNELS;
    byte[] target = new byte[vertical.targetSize * stride];
    int[] sums = new int[stride];
    int[][] rows = new int[vertical.sourceSize][];
    int[][] window = new int[vertical.taps][stride];
    int widened = 0;
    for (int y = 0; y < vertical.targetSize; y++) {
      int end = vertical.first[y] + vertical.count[y];
      for (; widened < end; widened++) {
        rows[widened] = window[widened % vertical.taps];
        widen(source, widened * stride, rows[widened]);
      }
      weigh(vertical, y, rows, sums);
      int out = y * stride;
      for (int i = 0; i < stride; i++) {
        target[out + i] = (byte) sums[i];
      }
    }
    return target;
  }

  private static void widen(byte[] source, int from, int[] row) {
    for (int i = 0; i < row.length; i++) {
      row[i] = source[from + i] & 0xFF;
    }
  }

  /**
   * The weighted mean of neighbouring lines. Four at a time: fewer loads and stores of the sums.
   */
  private static void weigh(Axis axis, int target, int[][] lines, int[] sums) {
    int[] weights = axis.weights;
    int line = axis.first[target];
    int end = line + axis.count[target];
    int w = target * axis.taps;
    Arrays.fill(sums, HALF);
    for (; line + 4 <= end; line += 4, w += 4) {
      addScaled(
          sums,
          lines[line],
          weights[w],
          lines[line + 1],
          weights[w + 1],
          lines[line + 2],
          weights[w + 2],
          lines[line + 3],
          weights[w + 3]);
    }
    for (; line < end; line++, w++) {
      addScaled(sums, lines[line], weights[w]);
    }
    round(sums);
  }

  /** Arrays of one length without offsets: the JIT does not vectorise the loop otherwise. */
  private static void addScaled(
      int[] sums, int[] a, int wa, int[] b, int wb, int[] c, int wc, int[] d, int wd) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd;
    }
  }

  /** The same for what is left over. */
  private static void addScaled(int[] sums, int[] values, int weight) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[i] * weight;
    }
  }

  /**
   * Cuts the fraction off and brings into [0, 255]; comparing would not become SIMD instructions.
   */
  private static void round(int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      int value = sums[i] >> PRECISION_BITS;
      value &= ~(value >> 31);
      sums[i] = (value | (255 - value) >> 31) & 0xFF;
    }
  }

  /**
   * The weights along one axis: target pixel i is the weighted sum of {@code count[i]} source
   * pixels from {@code first[i]} on.
   */
  record Axis(int sourceSize, int targetSize, int taps, int[] first, int[] count, int[] weights) {

    static Axis of(Filter filter, int sourceSize, int targetSize) {
      double scale = (double) sourceSize / targetSize;
      double filterScale = Math.max(scale, 1.0);
      double support = filter.support() * filterScale;
      int taps = (int) Math.ceil(support) * 2 + 1;
      int[] first = new int[targetSize];
      int[] count = new int[targetSize];
      int[] weights = new int[targetSize * taps];
      double[] exact = new double[taps];
      for (int i = 0; i < targetSize; i++) {
        double centre = (i + 0.5) * scale;
        first[i] = Math.max((int) (centre - support + 0.5), 0);
        count[i] = Math.min((int) (centre + support + 0.5), sourceSize) - first[i];
        double total = 0;
        for (int k = 0; k < count[i]; k++) {
          exact[k] = filter.weight((k + first[i] - centre + 0.5) * (1.0 / filterScale));
          total += exact[k];
        }
        for (int k = 0; k < count[i]; k++) {
          double scaled = exact[k] / total * (1 << PRECISION_BITS);
          weights[i * taps + k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        }
      }
      return new Axis(sourceSize, targetSize, taps, first, count, weights);
    }
  }

  /** An even function that vanishes from a distance on. */
  interface Filter {
    /** The distance, in source pixels when enlarging. */
    double support();

    /** The weight at a distance, not normalised. */
    double weight(double distance);
  }
}
