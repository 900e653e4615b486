package io.sparksr.data;

import io.sparksr.core.image.RgbImage;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Independent normal noise of mean 0 on every value of every colour; the sum is rounded, halves up,
 * and clipped to 0..255.
 */
final class GaussianNoise implements Distortion {
  private final Strength sigma;

  GaussianNoise(List<Double> sigma) {
    this.sigma = Strength.of(sigma);
  }

  @Override
  public RgbImage apply(RgbImage image, SplittableRandom random) {
    double levels = sigma.draw(random);
    if (levels == 0) {
      return image;
    }
    byte[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i += 2) {
      // Marsaglia's polar method gives normal numbers in pairs. The JDK's nextGaussian may become
      // another in another release, and Math.log differ between machines.
      double u;
      double v;
      double square;
      do {
        u = 2 * random.nextDouble() - 1;
        v = 2 * random.nextDouble() - 1;
        square = u * u + v * v;
      } while (square >= 1 || square == 0);
      double factor = levels * Math.sqrt(-2 * StrictMath.log(square) / square);
      pixels[i] = clipped((pixels[i] & 0xFF) + factor * u);
      if (i + 1 < pixels.length) {
        pixels[i + 1] = clipped((pixels[i + 1] & 0xFF) + factor * v);
      }
    }
    return new RgbImage(image.width(), image.height(), pixels);
  }

  private static byte clipped(double level) {
    return (byte) Math.max(0, Math.min(255, Math.floor(level + 0.5)));
  }
}
