package io.sparksr.core.image;

/**
 * Lanczos resampling with the bytes Pillow's {@code Image.resize(..., LANCZOS)} gives: a sinc
 * windowed by the main lobe of one three times as wide, antialiased when reducing.
 */
public final class LanczosResampler {
  private LanczosResampler() {}

  /** An image in another size; all sides at least 1. */
  public static RgbImage resize(RgbImage source, int width, int height) {
    return FixedPointResampler.of(new Lanczos(), source.width(), source.height(), width, height)
        .apply(source);
  }

  private record Lanczos() implements FixedPointResampler.Filter {
    private static final double LOBES = 3.0;

    @Override
    public double support() {
      return LOBES;
    }

    @Override
    public double weight(double distance) {
      return Math.abs(distance) < LOBES ? sinc(distance) * sinc(distance / LOBES) : 0.0;
    }

    /** By StrictMath: the same weights on every machine. */
    private static double sinc(double x) {
      double angle = x * Math.PI;
      return angle == 0.0 ? 1.0 : StrictMath.sin(angle) / angle;
    }
  }
}
