package io.sparksr.core.config;

/** Range checks of settings, for the compact constructors of the records that hold them. */
public final class Checks {
  private Checks() {}

  /**
   * Demands that a setting is in range.
   *
   * @param message begins with the key relative to the record, as {@link RecordBinder} expects:
   *     {@code "batch-size: must be at least 1, got 0"}
   * @throws IllegalArgumentException with the message unless {@code valid}
   */
  public static void check(boolean valid, String message) {
    if (!valid) {
      throw new IllegalArgumentException(message);
    }
  }
}
