package io.sparksr.nn;

import java.util.Locale;

/**
 * How a network's input or output relates to 8-bit RGB: {@code network value = byte * scale[c] +
 * shift[c]}.
 */
public enum ValueRange {
  /**
   * Mean and deviation of ImageNet's training images removed; what the tutorial's networks read.
   */
  IMAGENET(
      new Rgb(1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225)),
      new Rgb(-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225)),
  /** 0 to 1. */
  UNIT(Rgb.all(1 / 255.0), Rgb.all(0)),
  /** -1 to 1; what the tutorial's networks write. */
  SIGNED(Rgb.all(2 / 255.0), Rgb.all(-1));

  private final Rgb scale;
  private final Rgb shift;

  ValueRange(Rgb scale, Rgb shift) {
    this.scale = scale;
    this.shift = shift;
  }

  /**
   * The range with a name as in {@code model.json}: {@code imagenet}, {@code unit} or {@code
   * signed}.
   *
   * @param key where the name stands, for the error message
   * @throws IllegalArgumentException starting with the key if there is no such range
   */
  public static ValueRange of(String key, String name) {
    for (ValueRange range : values()) {
      if (range.key().equals(name)) {
        return range;
      }
    }
    throw new IllegalArgumentException(
        key + ": unknown range '" + name + "'; known are imagenet, signed, unit");
  }

  /** Its name in {@code model.json}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The factor of each channel, R, G, B; a copy. */
  public float[] scale() {
    return scale.floats();
  }

  /** The summand of each channel, R, G, B; a copy. */
  public float[] shift() {
    return shift.floats();
  }

  private record Rgb(double red, double green, double blue) {
    static Rgb all(double value) {
      return new Rgb(value, value, value);
    }

    float[] floats() {
      return new float[] {(float) red, (float) green, (float) blue};
    }
  }
}
