package io.sparksr.data;

import io.sparksr.core.Seeds;
import java.util.SplittableRandom;

/**
 * Where the crops of an image lie: uniform over every place at which the crop fits, offset 0
 * included. A place depends on (seed, image id, number of the crop) alone, so a data set that moved
 * or was cut by other executors gives the same crops.
 */
public final class CropSampler {
  private final long seed;
  private final int cropSize;

  /**
   * A sampler of square crops.
   *
   * @param cropSize side in pixels, at least 1
   */
  public CropSampler(long seed, int cropSize) {
    if (cropSize < 1) {
      throw new IllegalArgumentException("crop-size: must be at least 1, got " + cropSize);
    }
    this.seed = seed;
    this.cropSize = cropSize;
  }

  /**
   * The place of one crop.
   *
   * @param imageId the image's path relative to the input's root
   * @param crop the number of the crop of that image, from 0
   * @throws IllegalArgumentException if the image is smaller than the crop
   */
  public CropPlace place(String imageId, int crop, int width, int height) {
    if (width < cropSize || height < cropSize) {
      throw new IllegalArgumentException(
          "an image of " + width + "x" + height + " has no crop of side " + cropSize);
    }
    SplittableRandom random = Seeds.random(seed, "crop", Seeds.hash(imageId), crop);
    int left = random.nextInt(width - cropSize + 1);
    int top = random.nextInt(height - cropSize + 1);
    return new CropPlace(left, top);
  }
}
