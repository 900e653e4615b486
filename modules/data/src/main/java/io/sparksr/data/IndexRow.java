package io.sparksr.data;

import java.io.Serializable;

/**
 * One image that may be used, as the index lists it.
 *
 * @param uri where it is
 * @param imageId its path relative to the input's root; what crops and orders depend on
 * @param width in pixels
 * @param height in pixels
 * @param format {@code jpeg}, {@code png}, {@code webp}, {@code bmp}, {@code tiff} or {@code gif}
 * @param mode colour mode as Pillow names it
 * @param bytes size of the file
 */
public record IndexRow(
    String uri, String imageId, int width, int height, String format, String mode, long bytes)
    implements Serializable {}
