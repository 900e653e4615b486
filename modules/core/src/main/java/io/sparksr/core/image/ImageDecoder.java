package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.util.List;
import java.util.Optional;

/**
 * Decodes JPEG, PNG, WebP and GIF (first frame), BMP and TIFF (first page) to the RGB bytes that
 * Pillow's {@code Image.open(file).convert("RGB")} gives: EXIF orientation (but not TIFF's), colour
 * profiles and gamma are ignored, alpha and transparent colours are dropped, 16-bit gray is cut off
 * at 255.
 *
 * <p>Whatever the bytes are, the outcome is an image or an {@link ImageException}. Instances may be
 * used by several threads.
 *
 * <p>A JPEG whose entropy-coded data is damaged but complete decodes, as it does with Pillow; the
 * native decoder then writes one line to the process's standard error, which cannot be caught from
 * here.
 */
public final class ImageDecoder {
  /** What fits one Java array of RGB bytes. */
  private static final long MOST_PIXELS = (Integer.MAX_VALUE - 8) / RgbImage.CHANNELS;

  private final long maxPixels;

  /**
   * A decoder with a limit against decompression bombs.
   *
   * @param maxPixels most pixels an image may have, width times height; at least 1
   */
  public ImageDecoder(long maxPixels) {
    if (maxPixels < 1) {
      throw new IllegalArgumentException("max-pixels: must be at least 1, got " + maxPixels);
    }
    this.maxPixels = Math.min(maxPixels, MOST_PIXELS);
  }

  /**
   * Reads the header alone: no pixel is decoded, no pixel memory allocated.
   *
   * @param bytes a file, or its first part: some kilobytes suffice for PNG, WebP, BMP and GIF, and
   *     for JPEG unless large metadata comes first; a TIFF may keep its header at the end
   * @throws ImageException EMPTY, NOT_AN_IMAGE, CORRUPT, UNSUPPORTED, TOO_LARGE; TRUNCATED if the
   *     header does not lie within the bytes: ask again with more of the file
   */
  public ImageHeader header(byte[] bytes) throws ImageException {
    ImageHeader header = decoderFor(bytes).header(bytes);
    check(header);
    return header;
  }

  /**
   * Decodes one file.
   *
   * @param bytes the whole file
   * @throws ImageException EMPTY, NOT_AN_IMAGE, TRUNCATED, CORRUPT, UNSUPPORTED; TOO_LARGE for the
   *     limit, or BEYOND_MEMORY, both before memory for pixels is allocated
   */
  public RgbImage decode(byte[] bytes) throws ImageException {
    FormatDecoder decoder = decoderFor(bytes);
    ImageHeader header = decoder.header(bytes);
    check(header);
    return whole(decoder, bytes, header);
  }

  /**
   * Decodes parts of one file: the bytes that cutting them from {@link #decode} gives, with less
   * work. Of a baseline JPEG, and of a PNG that is not interlaced, no more than the regions and two
   * rows is ever in memory. Only where damage that no decoder notices makes a JPEG's values come
   * out far beyond all range, {@link #decode} lets some come round from the other end, and these
   * are cut off, as libjpeg-turbo does on x86-64.
   *
   * @param bytes the whole file
   * @param regions within the image as {@link #header} describes it
   * @return one image per region
   * @throws ImageException as {@link #decode} throws
   * @throws IllegalArgumentException if a region does not lie within the image
   */
  public List<RgbImage> regions(byte[] bytes, List<Region> regions) throws ImageException {
    FormatDecoder decoder = decoderFor(bytes);
    ImageHeader header = decoder.header(bytes);
    check(header);
    for (Region region : regions) {
      if (!region.fits(header.width(), header.height())) {
        throw new IllegalArgumentException(
            region + " leaves an image of " + header.width() + "x" + header.height());
      }
    }
    Optional<List<RgbImage>> parts = decoder.parts(bytes, header, regions);
    if (parts.isPresent()) {
      return parts.get();
    }
    RgbImage whole = whole(decoder, bytes, header);
    return regions.stream().map(whole::crop).toList();
  }

  /**
   * Finds out whether {@link #decode} would accept a file, with less work where possible.
   *
   * @param bytes the whole file
   * @return its header
   * @throws ImageException as {@link #decode} throws
   */
  public ImageHeader check(byte[] bytes) throws ImageException {
    ImageHeader header = header(bytes);
    // For the last pixel all of the file is read, whatever is skipped of the rest.
    regions(bytes, List.of(new Region(header.width() - 1, header.height() - 1, 1, 1)));
    return header;
  }

  private static RgbImage whole(FormatDecoder decoder, byte[] bytes, ImageHeader header)
      throws ImageException {
    DecodeMemory.Reservation memory = DecodeMemory.OF_THIS_PROCESS.reserve(header);
    try {
      return decoder.decode(bytes, header);
    } finally {
      memory.close();
    }
  }

  private static FormatDecoder decoderFor(byte[] bytes) throws ImageException {
    if (bytes.length == 0) {
      throw new ImageException(Reason.EMPTY, "has no bytes");
    }
    Optional<ImageFormat> format = ImageFormat.of(bytes);
    return format
        .orElseThrow(
            () ->
                new ImageException(
                    Reason.NOT_AN_IMAGE,
                    "does not begin like a JPEG, PNG, WebP, BMP, GIF or TIFF file"))
        .decoder();
  }

  private void check(ImageHeader header) throws ImageException {
    String size = header.width() + "x" + header.height();
    if (header.width() < 1 || header.height() < 1) {
      throw new ImageException(Reason.CORRUPT, "has a size of " + size);
    }
    if ((long) header.width() * header.height() > maxPixels) {
      throw new ImageException(
          Reason.TOO_LARGE, "has " + size + " pixels, where at most " + maxPixels + " are allowed");
    }
  }
}
