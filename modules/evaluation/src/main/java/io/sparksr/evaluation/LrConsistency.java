package io.sparksr.evaluation;

import io.sparksr.core.image.RgbImage;

/**
 * Whether a result shows what its input shows: PSNR over all colours of LR against the result, in
 * bytes, reduced as the protocol reduces HR. A generator that invents detail may score low against
 * HR and high here; one that moves edges or shifts colours scores low here too.
 */
final class LrConsistency implements Metric {
  static final String NAME = "lr-psnr";
  static final String DESCRIPTION =
      "PSNR over all colours of LR against the result reduced again, dB: whether the result agrees"
          + " with its input";

  @Override
  public double of(Comparison comparison) {
    RgbImage reduced = comparison.protocol().reduce(comparison.sr().toRgb());
    return Psnr.of(plane(comparison.lr()), plane(reduced));
  }

  private static Plane plane(RgbImage image) {
    byte[] pixels = image.pixels();
    double[] values = new double[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] & 0xFF;
    }
    return new Plane(image.width() * RgbImage.CHANNELS, image.height(), values);
  }
}
