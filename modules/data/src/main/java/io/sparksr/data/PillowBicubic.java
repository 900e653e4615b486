package io.sparksr.data;

import io.sparksr.core.image.BicubicResampler;
import io.sparksr.core.image.RgbImage;

/** Reduction with the bytes of Pillow's antialiased {@code BICUBIC}, as the tutorial reduces. */
final class PillowBicubic implements Degradation {
  private final int scale;

  /** The weights for the last size seen: crops of a run all have the same. */
  private volatile Sized last;

  PillowBicubic(int scale) {
    if (scale < 2) {
      throw new IllegalArgumentException("scale: must be at least 2, got " + scale);
    }
    this.scale = scale;
  }

  @Override
  public int scale() {
    return scale;
  }

  @Override
  public RgbImage apply(RgbImage hr) {
    if (hr.width() % scale != 0 || hr.height() % scale != 0) {
      throw new IllegalArgumentException(hr + " has sides that are no multiples of " + scale);
    }
    Sized sized = last;
    if (sized == null || sized.width != hr.width() || sized.height != hr.height()) {
      sized =
          new Sized(
              hr.width(),
              hr.height(),
              BicubicResampler.of(
                  hr.width(), hr.height(), hr.width() / scale, hr.height() / scale));
      last = sized;
    }
    return sized.resampler.apply(hr);
  }

  private record Sized(int width, int height, BicubicResampler resampler) {}
}
