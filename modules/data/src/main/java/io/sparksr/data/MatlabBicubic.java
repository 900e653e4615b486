package io.sparksr.data;

import io.sparksr.core.image.MatlabResampler;
import io.sparksr.core.image.MatlabResampler.Border;
import io.sparksr.core.image.RgbImage;

/**
 * Reduction with the bytes of MATLAB's {@code imresize}, which most published LR sets come from.
 */
final class MatlabBicubic implements Degradation {
  private final int scale;
  private final Border border;

  /** The weights for the last size seen: crops of a run all have the same. */
  private volatile Sized last;

  MatlabBicubic(int scale, Border border) {
    if (scale < 2) {
      throw new IllegalArgumentException("scale: must be at least 2, got " + scale);
    }
    this.scale = scale;
    this.border = border;
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
      MatlabResampler resampler =
          MatlabResampler.of(
              hr.width(), hr.height(), hr.width() / scale, hr.height() / scale, border);
      sized = new Sized(hr.width(), hr.height(), resampler);
      last = sized;
    }
    return sized.resampler.apply(hr);
  }

  private record Sized(int width, int height, MatlabResampler resampler) {}
}
