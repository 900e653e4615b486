package io.sparksr.core.image;

import java.util.SplittableRandom;

/**
 * How a leaf looks.
 *
 * @param colour red, green and blue, 0 to 255
 * @param lightX how much brighter, as a share, the leaf gets per pixel to the right
 * @param lightY how much brighter it gets per pixel downwards
 * @param amplitude of the texture in levels; 0 for a plain leaf
 * @param waveX phase per pixel to the right
 * @param waveY phase per pixel downwards
 * @param phase at the centre
 */
record LeafPaint(
    double[] colour,
    double lightX,
    double lightY,
    double amplitude,
    double waveX,
    double waveY,
    double phase) {

  /** Between the light at a leaf's centre and at its border, as a share. */
  private static final double MOST_LIGHT = 0.3;

  private static final double SHORTEST_WAVE = 3;
  private static final double LONGEST_WAVE = 24;

  /** Colours from gray to saturated, light from any side, stripes of any direction. */
  static LeafPaint random(SplittableRandom random, double radius, boolean isTextured) {
    double[] colour = new double[RgbImage.CHANNELS];
    double mean = 0;
    for (int c = 0; c < colour.length; c++) {
      colour[c] = 255 * random.nextDouble();
      mean += colour[c] / colour.length;
    }
    double saturation = random.nextDouble();
    for (int c = 0; c < colour.length; c++) {
      colour[c] = mean + saturation * (colour[c] - mean);
    }
    double lightAngle = 2 * Math.PI * random.nextDouble();
    double light = MOST_LIGHT * random.nextDouble() / radius;
    double waveAngle = Math.PI * random.nextDouble();
    // Waves of all lengths alike: uniform in the logarithm.
    double wave = SHORTEST_WAVE * StrictMath.pow(LONGEST_WAVE / SHORTEST_WAVE, random.nextDouble());
    double amplitude = 4 + 36 * random.nextDouble();
    double phase = 2 * Math.PI * random.nextDouble();
    return new LeafPaint(
        colour,
        light * StrictMath.cos(lightAngle),
        light * StrictMath.sin(lightAngle),
        isTextured ? amplitude : 0,
        2 * Math.PI / wave * StrictMath.cos(waveAngle),
        2 * Math.PI / wave * StrictMath.sin(waveAngle),
        phase);
  }

  /** Factor for the colour at an offset from the centre. */
  double light(double x, double y) {
    return 1 + x * lightX + y * lightY;
  }

  /** Levels to add at an offset from the centre. */
  double texture(double x, double y) {
    return amplitude == 0 ? 0 : amplitude * StrictMath.sin(x * waveX + y * waveY + phase);
  }
}
