package io.sparksr.data;

import io.sparksr.core.image.RgbImage;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Convolution with a Gaussian that is cut off at four standard deviations and normalised, the image
 * mirrored at its border (the outermost pixel twice): vertical then horizontal pass in double
 * precision, rounded once, halves up. The values of {@code scipy.ndimage.gaussian_filter} on each
 * colour.
 */
final class GaussianBlur implements Distortion {
  private static final double CUT = 4;

  private final Strength sigma;

  GaussianBlur(List<Double> sigma) {
    this.sigma = Strength.of(sigma);
  }

  @Override
  public RgbImage apply(RgbImage image, SplittableRandom random) {
    double[] kernel = kernel(sigma.draw(random));
    if (kernel.length == 1) {
      return image;
    }
    double[] columns = columns(image, kernel);
    return new RgbImage(image.width(), image.height(), rows(columns, image, kernel));
  }

  /** Of an odd length, symmetrical; StrictMath because Math may differ between machines. */
  private static double[] kernel(double sigma) {
    int radius = (int) (CUT * sigma + 0.5);
    double[] kernel = new double[2 * radius + 1];
    if (radius == 0) {
      return kernel;
    }
    double sum = 0;
    for (int i = 0; i < kernel.length; i++) {
      double distance = (i - radius) / sigma;
      kernel[i] = StrictMath.exp(-0.5 * distance * distance);
      sum += kernel[i];
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= sum;
    }
    return kernel;
  }

  private static double[] columns(RgbImage image, double[] kernel) {
    int stride = image.width() * RgbImage.CHANNELS;
    byte[] pixels = image.pixels();
    double[] sums = new double[pixels.length];
    for (int y = 0; y < image.height(); y++) {
      for (int k = 0; k < kernel.length; k++) {
        int in = mirrored(y + k - kernel.length / 2, image.height()) * stride;
        int out = y * stride;
        for (int i = 0; i < stride; i++) {
          sums[out + i] += kernel[k] * (pixels[in + i] & 0xFF);
        }
      }
    }
    return sums;
  }

  /** Each row is continued beyond its ends first, so that all its values take the same weight. */
  private static byte[] rows(double[] source, RgbImage image, double[] kernel) {
    int stride = image.width() * RgbImage.CHANNELS;
    int radius = kernel.length / 2;
    byte[] target = new byte[source.length];
    double[] sums = new double[stride];
    double[] row = new double[stride + 2 * radius * RgbImage.CHANNELS];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < row.length / RgbImage.CHANNELS; x++) {
        int in = y * stride + mirrored(x - radius, image.width()) * RgbImage.CHANNELS;
        System.arraycopy(source, in, row, x * RgbImage.CHANNELS, RgbImage.CHANNELS);
      }
      Arrays.fill(sums, 0);
      for (int k = 0; k < kernel.length; k++) {
        int shift = k * RgbImage.CHANNELS;
        for (int i = 0; i < stride; i++) {
          sums[i] += kernel[k] * row[shift + i];
        }
      }
      for (int i = 0; i < stride; i++) {
        target[y * stride + i] = (byte) (int) (sums[i] + 0.5);
      }
    }
    return target;
  }

  /** Where an index beyond the border lies, however far it is. */
  private static int mirrored(int index, int size) {
    int folded = Math.floorMod(index, 2 * size);
    return folded < size ? folded : 2 * size - 1 - folded;
  }
}
