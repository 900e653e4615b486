package io.sparksr.data;

import java.io.Serializable;

/**
 * One image that may be used, as the index lists it.
 *
 * @param uri where it is
 * @param imageId its path relative to the input's root; what crops and orders depend on
 * @param width in pixels, of the upright image
 * @param height in pixels, of the upright image
 * @param format {@code jpeg}, {@code png}, {@code webp}, {@code bmp}, {@code tiff} or {@code gif}
 * @param mode colour mode as Pillow names it
 * @param bytes size of the file
 * @param orientation how decoded pixels are turned before anything is cut from them: EXIF's 1 (not
 *     at all) to 8
 */
public record IndexRow(
    String uri,
    String imageId,
    int width,
    int height,
    String format,
    String mode,
    long bytes,
    int orientation)
    implements Serializable {
  /** An image that is taken as it is stored. */
  public IndexRow(
      String uri, String imageId, int width, int height, String format, String mode, long bytes) {
    this(uri, imageId, width, height, format, mode, bytes, 1);
  }
}
