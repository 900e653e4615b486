package io.sparksr.evaluation.report;

/**
 * 256 colours for a quantity: from near black over violet, red and orange to pale yellow. CIE
 * lightness grows by the same amount from each to the next, so that equal steps look equal, and the
 * order survives a print in gray.
 */
final class ErrorColours {
  static final int COUNT = 256;
  private static final double DARKEST = 5;
  private static final double LIGHTEST = 97;
  private static final double FIRST_HUE_DEGREES = 290;
  private static final double HUE_SWEEP_DEGREES = 165;
  private static final double MOST_CHROMA = 75;
  private static final double[] D65 = {0.95047, 1, 1.08883};

  private ErrorColours() {}

  /** Colour {@code i} as 0xRRGGBB, {@code i} from 0 to 255. */
  static int[] all() {
    int[] colours = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      double part = (double) i / (COUNT - 1);
      double lightness = DARKEST + (LIGHTEST - DARKEST) * part;
      double hue = Math.toRadians(FIRST_HUE_DEGREES + HUE_SWEEP_DEGREES * part);
      double chroma = MOST_CHROMA * Math.sin(Math.PI * (0.1 + 0.8 * part));
      double[] rgb = linear(lightness, chroma, hue);
      while (!displayable(rgb)) {
        // Less colourful at the same lightness and hue, until a screen can show it.
        chroma *= 0.98;
        rgb = linear(lightness, chroma, hue);
      }
      colours[i] = channel(rgb[0]) << 16 | channel(rgb[1]) << 8 | channel(rgb[2]);
    }
    return colours;
  }

  /** CIE L*C*h to linear sRGB (IEC 61966-2-1). */
  private static double[] linear(double lightness, double chroma, double hue) {
    double fy = (lightness + 16) / 116;
    double x = D65[0] * cube(fy + chroma * Math.cos(hue) / 500);
    double y = D65[1] * cube(fy);
    double z = D65[2] * cube(fy - chroma * Math.sin(hue) / 200);
    return new double[] {
      3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
      -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
      0.0556434 * x - 0.2040259 * y + 1.0572252 * z
    };
  }

  private static double cube(double f) {
    return f > 6.0 / 29 ? f * f * f : 3 * (6.0 / 29) * (6.0 / 29) * (f - 4.0 / 29);
  }

  private static boolean displayable(double[] rgb) {
    for (double value : rgb) {
      if (value < -1e-4 || value > 1 + 1e-4) {
        return false;
      }
    }
    return true;
  }

  private static int channel(double linear) {
    double value = Math.max(0, Math.min(1, linear));
    double encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * Math.pow(value, 1 / 2.4) - 0.055;
    return (int) Math.round(255 * encoded);
  }
}
