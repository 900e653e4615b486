package io.sparksr.jobs;

import java.util.List;

/**
 * What there is to do, found before anything is enlarged.
 *
 * @param todo images to enlarge, with their pixels
 * @param kept entries of outputs that are there and current
 * @param failed entries of inputs whose headers show that they can't be enlarged
 * @param scale enlargement
 * @param secondsEstimated for {@code todo} on all slots at this machine's speed, measured on one
 *     tile; 0 if it was not measured
 */
public record UpscalePlan(
    List<Image> todo,
    List<UpscaleManifest.Entry> kept,
    List<UpscaleManifest.Entry> failed,
    int scale,
    double secondsEstimated) {

  /**
   * An image to enlarge.
   *
   * @param input its URI
   * @param output path of its result
   * @param pixels it has
   */
  public record Image(String input, String output, long pixels) {}

  /** Pixels of all images to enlarge. */
  public long pixels() {
    return todo.stream().mapToLong(Image::pixels).sum();
  }

  /** Pixels of all results to be made. */
  public long pixelsOut() {
    return pixels() * scale * scale;
  }
}
