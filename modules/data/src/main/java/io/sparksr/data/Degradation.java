package io.sparksr.data;

import io.sparksr.core.image.RgbImage;

/**
 * How low-resolution images come from high-resolution ones. Implementations are safe for use by
 * several threads and deterministic: equal inputs give equal bytes.
 */
public interface Degradation {

  /** How many times smaller the result is along each side; at least 2. */
  int scale();

  /**
   * Degrades one image.
   *
   * @param hr sides are multiples of {@link #scale()}
   * @return (height / scale, width / scale, 3)
   * @throws IllegalArgumentException if a side is no multiple of the scale
   */
  RgbImage apply(RgbImage hr);
}
