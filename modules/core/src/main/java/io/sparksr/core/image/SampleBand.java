package io.sparksr.core.image;

import java.io.IOException;

/**
 * Some rows of an image in memory.
 *
 * @param layout of the whole image
 * @param top the first row's number
 * @param rows how many
 * @param samples (rows, width, 3 or with alpha 4) unsigned: R, G, B, alpha
 */
public record SampleBand(ImageLayout layout, int top, int rows, short[] samples) {

  /** Samples of a pixel. */
  public static int step(ImageLayout layout) {
    return layout.alpha() ? 4 : 3;
  }

  /**
   * The band with some rows of an image that is read from top to bottom: rows of the band before it
   * are taken from that.
   *
   * @param before the last band read from the image, or one without rows
   */
  public static SampleBand read(ImageRows image, SampleBand before, int top, int rows)
      throws IOException, ImageException {
    ImageLayout layout = image.layout();
    int rowSamples = layout.width() * step(layout);
    short[] samples = new short[Math.multiplyExact(rows, rowSamples)];
    int known = before.top + before.rows;
    int shared = Math.max(0, known - top);
    System.arraycopy(
        before.samples, (before.rows - shared) * rowSamples, samples, 0, shared * rowSamples);
    image.read(samples, shared * rowSamples, rows - shared);
    return new SampleBand(layout, top, rows, samples);
  }

  /** A band before the first row. */
  public static SampleBand none(ImageLayout layout) {
    return new SampleBand(layout, 0, 0, new short[0]);
  }
}
