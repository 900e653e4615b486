package io.sparksr.core.image;

/** Power spectra of square images whose side is a power of two. */
final class Spectrum {
  private Spectrum() {}

  /**
   * Power averaged over all directions, under a Hann window.
   *
   * @param values (size, size)
   * @return the mean power at 0, 1, ... size / 2 - 1 cycles per image
   */
  static double[] radialPower(double[] values, int size) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double[] real = new double[values.length];
    double[] imaginary = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      real[i] = (values[i] - mean) * hann(i % size, size) * hann(i / size, size);
    }
    for (int i = 0; i < size; i++) {
      transform(real, imaginary, i * size, 1, size);
    }
    for (int i = 0; i < size; i++) {
      transform(real, imaginary, i, size, size);
    }
    double[] power = new double[size / 2];
    int[] counts = new int[size / 2];
    for (int i = 0; i < values.length; i++) {
      int u = Math.min(i % size, size - i % size);
      int v = Math.min(i / size, size - i / size);
      int f = (int) Math.round(Math.hypot(u, v));
      if (f < power.length) {
        power[f] += real[i] * real[i] + imaginary[i] * imaginary[i];
        counts[f]++;
      }
    }
    for (int f = 0; f < power.length; f++) {
      power[f] /= counts[f];
    }
    return power;
  }

  /** Exponent of the power law that fits frequencies {@code from} to {@code to} best. */
  static double slope(double[] power, int from, int to) {
    int n = to - from;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (int f = from; f < to; f++) {
      double u = Math.log(f);
      double v = Math.log(power[f]);
      x += u / n;
      y += v / n;
      xx += u * u / n;
      xy += u * v / n;
    }
    return (xy - x * y) / (xx - x * x);
  }

  private static double hann(int i, int size) {
    return 0.5 - 0.5 * Math.cos(2 * Math.PI * i / size);
  }

  /** Fourier transform of {@code size} values, {@code step} apart, in place. */
  private static void transform(double[] real, double[] imaginary, int at, int step, int size) {
    double[] re = new double[size];
    double[] im = new double[size];
    for (int i = 0; i < size; i++) {
      int reversed = Integer.reverse(i) >>> (Integer.numberOfLeadingZeros(size) + 1);
      re[reversed] = real[at + i * step];
      im[reversed] = imaginary[at + i * step];
    }
    for (int half = 1; half < size; half *= 2) {
      for (int i = 0; i < size; i++) {
        if ((i & half) == 0) {
          double angle = -Math.PI * (i % half) / half;
          double cos = Math.cos(angle);
          double sin = Math.sin(angle);
          double r = re[i + half] * cos - im[i + half] * sin;
          double s = re[i + half] * sin + im[i + half] * cos;
          re[i + half] = re[i] - r;
          im[i + half] = im[i] - s;
          re[i] += r;
          im[i] += s;
        }
      }
    }
    for (int i = 0; i < size; i++) {
      real[at + i * step] = re[i];
      imaginary[at + i * step] = im[i];
    }
  }
}
