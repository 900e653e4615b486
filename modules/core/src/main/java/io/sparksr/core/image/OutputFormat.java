package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The formats that enlarged images are written in. */
public enum OutputFormat {
  /** Lossless, with all that an image may have; written row by row. */
  PNG("png", Integer.MAX_VALUE),
  /** Lossy, 8 bits, no alpha; the pixels are held until the end. */
  JPEG("jpg", 65_535),
  /** Lossy (lossless from quality 101 on), 8 bits; the pixels are held until the end. */
  WEBP("webp", 16_383);

  private final String extension;
  private final int longestSide;

  OutputFormat(String extension, int longestSide) {
    this.extension = extension;
    this.longestSide = longestSide;
  }

  /** What file names end in, without a dot. */
  public String extension() {
    return extension;
  }

  /** The format that a file's name asks for. */
  public static Optional<OutputFormat> ofName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".jpeg")) {
      return Optional.of(JPEG);
    }
    return Arrays.stream(values()).filter(f -> lower.endsWith("." + f.extension)).findFirst();
  }

  /** What is left of a layout in this format. */
  public ImageLayout fitted(ImageLayout layout) {
    return switch (this) {
      case PNG -> layout;
      case JPEG -> new ImageLayout(layout.width(), layout.height(), layout.colours(), false, 8);
      case WEBP -> new ImageLayout(layout.width(), layout.height(), 3, layout.alpha(), 8);
    };
  }

  /**
   * Checks a layout that {@link #fitted} gave.
   *
   * @throws ImageException TOO_LARGE if the format can't hold so many pixels
   */
  public void requireRoomFor(ImageLayout layout) throws ImageException {
    long samples = (long) layout.width() * layout.height() * layout.channels();
    boolean isTooLong = Math.max(layout.width(), layout.height()) > longestSide;
    if (isTooLong || (this != PNG && samples > WholeEncoder.MOST_BYTES)) {
      throw new ImageException(
          Reason.TOO_LARGE,
          "enlarged has "
              + layout.width()
              + "x"
              + layout.height()
              + " pixels, too many for "
              + name().toLowerCase(Locale.ROOT)
              + "; png holds them");
    }
  }

  /**
   * Begins a file.
   *
   * @param out where to; stays the caller's
   * @param layout that {@link #fitted} gave and {@link #requireRoomFor} accepted
   * @param metadata written as far as the format has a place for it
   * @param quality 1 to 100 for lossy formats
   */
  public RowEncoder encoder(
      OutputStream out, ImageLayout layout, ImageMetadata metadata, int quality) {
    ImageMetadata fitting = metadata.fittingTo(layout.colours());
    return this == PNG
        ? new PngRowEncoder(out, layout, fitting)
        : new WholeEncoder(this, out, layout, fitting, quality);
  }
}
