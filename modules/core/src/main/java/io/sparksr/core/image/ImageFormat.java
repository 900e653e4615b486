package io.sparksr.core.image;

import java.util.Optional;

/** The formats that are read, by their first bytes. */
enum ImageFormat {
  JPEG,
  PNG,
  WEBP,
  BMP,
  TIFF,
  GIF;

  /** What reads files of this format. */
  FormatDecoder decoder() {
    return switch (this) {
      case JPEG -> new JpegDecoder();
      case PNG -> new PngDecoder();
      case WEBP -> new WebpDecoder();
      case BMP -> new BmpDecoder();
      case TIFF -> new TiffDecoder();
      case GIF -> new GifDecoder();
    };
  }

  /** The format whose signature the bytes begin with. */
  static Optional<ImageFormat> of(byte[] bytes) {
    ByteView view = ByteView.bigEndian(bytes);
    if (view.holds(0, "\u00FF\u00D8\u00FF")) {
      return Optional.of(JPEG);
    }
    if (view.holds(0, PngChunks.SIGNATURE)) {
      return Optional.of(PNG);
    }
    if (view.holds(0, "RIFF") && view.holds(8, "WEBP")) {
      return Optional.of(WEBP);
    }
    if (view.holds(0, "GIF87a") || view.holds(0, "GIF89a")) {
      return Optional.of(GIF);
    }
    if (view.holds(0, "II*\0") || view.holds(0, "MM\0*")) {
      return Optional.of(TIFF);
    }
    if (view.holds(0, "II+\0") || view.holds(0, "MM\0+")) {
      return Optional.of(TIFF);
    }
    return view.holds(0, "BM") ? Optional.of(BMP) : Optional.empty();
  }
}
