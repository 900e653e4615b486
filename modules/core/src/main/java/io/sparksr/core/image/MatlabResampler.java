package io.sparksr.core.image;

import java.util.Arrays;

/**
 * Bicubic resampling with the bytes MATLAB's {@code imresize(image, [height width], 'bicubic')}
 * gives: cubic convolution with a = -0.5, antialiased when reducing, in floating point, vertical
 * then horizontal pass, 8-bit values between them.
 *
 * <p>Instances hold the weights for one pair of sizes and may be used by several threads.
 */
public final class MatlabResampler {
  /** What lies beyond an image's border. */
  public enum Border {
    /** The image mirrored, as current MATLAB and BasicSR have it. */
    MIRROR,
    /** The last pixel, again and again, as MATLAB up to 2010 had it; many published LR images. */
    REPEAT
  }

  private final Axis vertical;
  private final Axis horizontal;

  private MatlabResampler(Axis vertical, Axis horizontal) {
    this.vertical = vertical;
    this.horizontal = horizontal;
  }

  /** A resampler from one size to another; all sides at least 1. */
  public static MatlabResampler of(
      int sourceWidth, int sourceHeight, int targetWidth, int targetHeight, Border border) {
    return new MatlabResampler(
        Axis.of(sourceHeight, targetHeight, border), Axis.of(sourceWidth, targetWidth, border));
  }

  /** An image in another size, mirrored at its border; all sides at least 1. */
  public static RgbImage resize(RgbImage source, int width, int height) {
    return of(source.width(), source.height(), width, height, Border.MIRROR).apply(source);
  }

  /** Resamples one image of the size the resampler was made for. */
  public RgbImage apply(RgbImage source) {
    byte[] columns = resampleColumns(source.pixels(), source.width() * RgbImage.CHANNELS);
    int width = horizontal.targetSize;
    return new RgbImage(width, vertical.targetSize, resampleRows(columns, source.width()));
  }

  private byte[] resampleColumns(byte[] source, int stride) {
    byte[] target = new byte[vertical.targetSize * stride];
    double[] sums = new double[stride];
    for (int y = 0; y < vertical.targetSize; y++) {
      Arrays.fill(sums, 0);
      for (int k = 0; k < vertical.taps; k++) {
        double weight = vertical.weights[y * vertical.taps + k];
        int in = vertical.sources[y * vertical.taps + k] * stride;
        for (int i = 0; i < stride; i++) {
          sums[i] += weight * (source[in + i] & 0xFF);
        }
      }
      for (int i = 0; i < stride; i++) {
        target[y * stride + i] = round(sums[i]);
      }
    }
    return target;
  }

  private byte[] resampleRows(byte[] source, int sourceWidth) {
    byte[] target = new byte[vertical.targetSize * horizontal.targetSize * RgbImage.CHANNELS];
    int out = 0;
    for (int y = 0; y < vertical.targetSize; y++) {
      for (int x = 0; x < horizontal.targetSize; x++) {
        double red = 0;
        double green = 0;
        double blue = 0;
        for (int k = x * horizontal.taps; k < (x + 1) * horizontal.taps; k++) {
          double weight = horizontal.weights[k];
          int in = (y * sourceWidth + horizontal.sources[k]) * RgbImage.CHANNELS;
          red += weight * (source[in] & 0xFF);
          green += weight * (source[in + 1] & 0xFF);
          blue += weight * (source[in + 2] & 0xFF);
        }
        target[out++] = round(red);
        target[out++] = round(green);
        target[out++] = round(blue);
      }
    }
    return target;
  }

  private static byte round(double value) {
    return (byte) Math.floor(Math.max(0, Math.min(255, value)) + 0.5);
  }

  /**
   * The weights along one axis: target pixel i is the sum of {@code weights[i * taps + k]} times
   * source pixel {@code sources[i * taps + k]}.
   */
  private record Axis(int targetSize, int taps, int[] sources, double[] weights) {

    static Axis of(int sourceSize, int targetSize, Border border) {
      double scale = (double) targetSize / sourceSize;
      double filterScale = Math.min(scale, 1);
      double support = 4 / filterScale;
      int taps = (int) Math.ceil(support) + 2;
      int[] sources = new int[targetSize * taps];
      double[] weights = new double[targetSize * taps];
      for (int i = 0; i < targetSize; i++) {
        // MATLAB counts pixels from 1.
        double centre = (i + 1) / scale + 0.5 * (1 - 1 / scale);
        long first = (long) Math.floor(centre - support / 2);
        double total = 0;
        for (int k = 0; k < taps; k++) {
          weights[i * taps + k] = cubic(Math.abs(centre - (first + k)) * filterScale);
          sources[i * taps + k] = inside(first + k - 1, sourceSize, border);
          total += weights[i * taps + k];
        }
        for (int k = 0; k < taps; k++) {
          weights[i * taps + k] /= total;
        }
      }
      return new Axis(targetSize, taps, sources, weights);
    }

    private static int inside(long index, int size, Border border) {
      if (border == Border.REPEAT) {
        return (int) Math.max(0, Math.min(size - 1, index));
      }
      int folded = (int) Math.floorMod(index, 2L * size);
      return folded < size ? folded : 2 * size - 1 - folded;
    }

    private static double cubic(double x) {
      if (x <= 1) {
        return (1.5 * x - 2.5) * x * x + 1;
      }
      return x <= 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
  }
}
