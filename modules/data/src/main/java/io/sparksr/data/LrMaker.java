package io.sparksr.data;

import io.sparksr.core.Seeds;
import io.sparksr.core.image.RgbImage;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * LR from HR as the settings have it: distortions of the crop, its reduction, distortions of the
 * result; 8-bit values between all of them. Each draws from (seed, its own name, image id, number
 * of the crop) alone, so LR does not depend on who makes it, nor a distortion on the others. For
 * one thread.
 */
final class LrMaker {
  private final long seed;
  private final Degradation reduction;
  private final Map<String, Distortion> before;
  private final Map<String, Distortion> after;

  LrMaker(ShardSettings settings) {
    this.seed = settings.seed();
    this.reduction = Degradations.create(settings.degradation(), settings.scale());
    this.before = distortions("before-reduction.", settings.beforeReduction());
    this.after = distortions("after-reduction.", settings.afterReduction());
  }

  /** By the purpose they draw for, in the order they are applied in. */
  private static Map<String, Distortion> distortions(String place, Distortions settings) {
    Map<String, Distortion> distortions = new LinkedHashMap<>();
    if (!settings.blur().isEmpty()) {
      distortions.put(place + "blur", new GaussianBlur(settings.blur()));
    }
    if (!settings.noise().isEmpty()) {
      distortions.put(place + "noise", new GaussianNoise(settings.noise()));
    }
    if (!settings.jpeg().isEmpty()) {
      distortions.put(place + "jpeg", new JpegCompression(settings.jpeg()));
    }
    return distortions;
  }

  /**
   * LR of one crop.
   *
   * @param hr sides are multiples of the scale; not changed
   * @param imageId the image's path relative to the input's root
   * @param crop the number of the crop of that image
   * @return (height / scale, width / scale, 3)
   */
  RgbImage lr(RgbImage hr, String imageId, int crop) {
    if (before.isEmpty() && after.isEmpty()) {
      return reduction.apply(hr);
    }
    long image = Seeds.hash(imageId);
    RgbImage reduced = reduction.apply(distorted(before, hr, image, crop));
    return distorted(after, reduced, image, crop);
  }

  private RgbImage distorted(
      Map<String, Distortion> distortions, RgbImage image, long imageHash, int crop) {
    RgbImage result = image;
    for (Map.Entry<String, Distortion> distortion : distortions.entrySet()) {
      result =
          distortion
              .getValue()
              .apply(result, Seeds.random(seed, distortion.getKey(), imageHash, crop));
    }
    return result;
  }
}
