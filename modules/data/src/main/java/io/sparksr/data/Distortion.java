package io.sparksr.data;

import io.sparksr.core.image.RgbImage;
import java.util.SplittableRandom;

/**
 * What spoils an image without changing its size. Implementations hold no state that changes: equal
 * images and equal generators give equal bytes, on any machine.
 */
interface Distortion {

  /**
   * Spoils one image.
   *
   * @param image not changed
   * @param random for this image alone
   * @return of the same size; the image itself if the strength drawn is none
   */
  RgbImage apply(RgbImage image, SplittableRandom random);
}
