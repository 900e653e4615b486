package io.sparksr.core.image;

/**
 * What the first bytes of an image say.
 *
 * @param width in pixels, EXIF orientation ignored (TIFF: applied)
 * @param height in pixels, EXIF orientation ignored (TIFF: applied)
 * @param format {@code jpeg}, {@code png}, {@code webp}, {@code bmp}, {@code tiff} or {@code gif}
 * @param mode colour mode as Pillow names it: {@code 1}, {@code L}, {@code LA}, {@code P}, {@code
 *     RGB}, {@code RGBA}, {@code CMYK}, {@code I;16}
 */
public record ImageHeader(int width, int height, String format, String mode) {}
