package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.awt.image.Raster;
import java.util.List;
import java.util.Optional;

/** PNG of all colour types and depths, interlaced or not; of an animation, the image itself. */
final class PngDecoder implements FormatDecoder {
  private static final int GRAY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GRAY_ALPHA = 4;
  private static final int RGB_ALPHA = 6;

  @Override
  public ImageHeader header(byte[] bytes) throws ImageException {
    PngChunks.Header header = PngChunks.header(bytes);
    return new ImageHeader(header.width(), header.height(), "png", mode(header));
  }

  private static String mode(PngChunks.Header header) throws ImageException {
    int bits = header.bits();
    boolean isWhole = bits == 8 || bits == 16;
    boolean isPart = bits == 1 || bits == 2 || bits == 4;
    boolean isKnown =
        switch (header.colourType()) {
          case GRAY -> isWhole || isPart;
          case PALETTE -> isPart || bits == 8;
          case RGB, GRAY_ALPHA, RGB_ALPHA -> isWhole;
          default -> false;
        };
    if (!isKnown) {
      throw new ImageException(
          Reason.CORRUPT, "has PNG colour type " + header.colourType() + " with " + bits + " bits");
    }
    return switch (header.colourType()) {
      case RGB -> "RGB";
      case PALETTE -> "P";
      case GRAY_ALPHA -> bits == 8 ? "LA" : "RGBA";
      case RGB_ALPHA -> "RGBA";
      default -> bits == 1 ? "1" : bits == 16 ? "I;16" : "L";
    };
  }

  @Override
  public RgbImage decode(byte[] bytes, ImageHeader header) throws ImageException {
    PngChunks chunks = PngChunks.of(bytes);
    PngChunks.Header png = PngChunks.header(bytes);
    Raster raster = ImageIoReader.pngRaster(chunks.essence(), header);
    int most = (1 << png.bits()) - 1;
    return switch (png.colourType()) {
      case PALETTE -> RasterColors.palette(raster, chunks.palette());
      // Pillow cuts 16-bit gray off at 255, but keeps the upper byte where alpha follows.
      case GRAY ->
          RasterColors.gray(raster, png.bits() == 16 ? v -> Math.min(v, 255) : v -> v * 255 / most);
      case GRAY_ALPHA -> RasterColors.gray(raster, png.bits() == 16 ? v -> v >> 8 : v -> v);
      default -> RasterColors.rgb(raster);
    };
  }

  @Override
  public Optional<List<RgbImage>> parts(byte[] bytes, ImageHeader header, List<Region> regions)
      throws ImageException {
    return PngRegions.decode(bytes, header, regions);
  }
}
