package io.sparksr.core.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final int HALF = 1 << (PRECISION_BITS - 1);

  /** Rows turned on their side at once: their ints fit the first-level cache for crops. */
  private static final int BLOCK_ROWS = 32;

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
   * Turns blocks of rows on their side first: then all rows of a block take the same weight, and
   * the inner loop runs over neighbouring ints, which the JIT turns into SIMD instructions (96x96
   * to 24x24: 24 microseconds in docs/benchmarks.md).
   */
  private byte[] resampleRows(byte[] source) {
    int rows = vertical.sourceSize;
    int sourceStride = horizontal.sourceSize * RgbImage.CHANNELS;
    int targetStride = horizontal.targetSize * RgbImage.CHANNELS;
    byte[] target = new byte[rows * targetStride];
    int lanes = Math.min(BLOCK_ROWS, rows) * RgbImage.CHANNELS;
    int[][] columns = new int[horizontal.sourceSize][lanes];
    int[] sums = new int[lanes];
    for (int top = 0; top < rows; top += BLOCK_ROWS) {
      int blockRows = Math.min(BLOCK_ROWS, rows - top);
      int first = top * sourceStride;
      int last = columns.length - 1;
      for (int x = 0; x < last; x++) {
        turn(source, first + x * RgbImage.CHANNELS, sourceStride, columns[x], blockRows);
      }
      turnLast(source, first + last * RgbImage.CHANNELS, sourceStride, columns[last], blockRows);
      for (int x = 0; x < horizontal.targetSize; x++) {
        weigh(horizontal, x, columns, sums);
        int out = top * targetStride + x * RgbImage.CHANNELS;
        for (int i = 0; i < blockRows; i++) {
          target[out] = clip(sums[i]);
          target[out + 1] = clip(sums[i + blockRows]);
          target[out + 2] = clip(sums[i + 2 * blockRows]);
          out += targetStride;
        }
      }
    }
    return target;
  }

  /**
   * One column of pixels as ints: its reds, then its greens, then its blues. A pixel is read as one
   * number, since every access to an array is checked.
   */
  private static void turn(byte[] source, int from, int stride, int[] column, int rows) {
    int in = from;
    for (int y = 0; y < rows; y++) {
      int pixel = (int) INT.get(source, in);
      column[y] = pixel >>> 24;
      column[y + rows] = (pixel >>> 16) & 0xFF;
      column[y + 2 * rows] = (pixel >>> 8) & 0xFF;
      in += stride;
    }
  }

  /** The same for the last column, behind which the array may end. */
  private static void turnLast(byte[] source, int from, int stride, int[] column, int rows) {
    int in = from;
    for (int y = 0; y < rows; y++) {
      column[y] = source[in] & 0xFF;
      column[y + rows] = source[in + 1] & 0xFF;
      column[y + 2 * rows] = source[in + 2] & 0xFF;
      in += stride;
    }
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
        target[out + i] = clip(sums[i]);
      }
    }
    return target;
  }

  private static void widen(byte[] source, int from, int[] row) {
    for (int i = 0; i < row.length; i++) {
      row[i] = source[from + i] & 0xFF;
    }
  }

  /** The weighted sum of neighbouring lines. Four at a time: fewer loads and stores of the sums. */
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

  private static byte clip(int sum) {
    int value = sum >> PRECISION_BITS;
    return (byte) Math.max(0, Math.min(255, value));
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
