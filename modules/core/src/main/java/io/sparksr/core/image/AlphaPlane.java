package io.sparksr.core.image;

import java.awt.image.Raster;
import java.util.Optional;

/** The alpha channel of formats other than PNG. */
final class AlphaPlane {
  private AlphaPlane() {}

  /**
   * A byte per pixel, row by row; empty for an image without alpha.
   *
   * @param header what {@link ImageDecoder#header} says of the file
   */
  static Optional<byte[]> of(byte[] file, ImageHeader header) throws ImageException {
    boolean hasChannel = header.mode().equals("RGBA") || header.mode().equals("LA");
    return switch (header.format()) {
      case "gif" -> new GifDecoder().alpha(file, header);
      case "webp" ->
          hasChannel
              ? Optional.of(OpenCv.alpha(WebpAnimation.still(file), header))
              : Optional.empty();
      case "tiff" -> hasChannel ? Optional.of(ofTiff(file, header)) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static byte[] ofTiff(byte[] file, ImageHeader header) throws ImageException {
    Orientation orientation = TiffDecoder.orientation(file);
    Raster raster = ImageIoReader.tiff(file, TiffDecoder.turned(header, orientation)).getRaster();
    int width = raster.getWidth();
    int band = raster.getNumBands() - 1;
    int shift = raster.getSampleModel().getSampleSize(band) - 8;
    byte[] alpha = new byte[width * raster.getHeight()];
    int[] row = new int[width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, band, row);
      for (int x = 0; x < width; x++) {
        alpha[y * width + x] = (byte) (row[x] >> shift);
      }
    }
    return orientation.upright(alpha, width, raster.getHeight(), 1);
  }
}
