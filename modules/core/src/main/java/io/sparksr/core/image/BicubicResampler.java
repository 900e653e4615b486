package io.sparksr.core.image;

/**
 * Bicubic resampling with the bytes Pillow's {@code Image.resize(..., BICUBIC)} gives: cubic
 * convolution with a = -0.5 (Keys 1981), antialiased when reducing.
 *
 * <p>Instances hold the weights for one pair of sizes and may be used by several threads.
 */
public final class BicubicResampler {
  private final FixedPointResampler resampler;

  private BicubicResampler(FixedPointResampler resampler) {
    this.resampler = resampler;
  }

  /** A resampler from one size to another; all sides at least 1. */
  public static BicubicResampler of(
      int sourceWidth, int sourceHeight, int targetWidth, int targetHeight) {
    return new BicubicResampler(
        FixedPointResampler.of(new Cubic(), sourceWidth, sourceHeight, targetWidth, targetHeight));
  }

  /** An image in another size. */
  public static RgbImage resize(RgbImage source, int width, int height) {
    return of(source.width(), source.height(), width, height).apply(source);
  }

  /**
   * Resamples one image.
   *
   * @throws IllegalArgumentException if it has another size than the resampler was made for
   */
  public RgbImage apply(RgbImage source) {
    return resampler.apply(source);
  }

  /** Keys' kernel. */
  record Cubic() implements FixedPointResampler.Filter {
    private static final double A = -0.5;

    @Override
    public double support() {
      return 2.0;
    }

    @Override
    public double weight(double distance) {
      double d = Math.abs(distance);
      if (d < 1.0) {
        return ((A + 2.0) * d - (A + 3.0)) * d * d + 1;
      }
      return d < 2.0 ? (((d - 5) * d + 8) * d - 4) * A : 0.0;
    }
  }
}
