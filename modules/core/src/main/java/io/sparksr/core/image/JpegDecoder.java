package io.sparksr.core.image;

import java.awt.image.Raster;
import java.util.List;
import java.util.Optional;

/**
 * Gray and RGB by OpenCV, whose libjpeg-turbo has the inverse DCT, chroma upsampling and colour
 * conversion Pillow's has. CMYK by the JDK's decoder as raw samples, because OpenCV converts it in
 * its own way. Parts of baseline files by {@link JpegRegions}.
 */
final class JpegDecoder implements FormatDecoder {

  @Override
  public ImageHeader header(byte[] bytes) throws ImageException {
    JpegStructure.Frame frame = JpegStructure.frameOf(bytes);
    String mode =
        switch (frame.components()) {
          case 1 -> "L";
          case 3 -> "RGB";
          default -> "CMYK";
        };
    return new ImageHeader(frame.width(), frame.height(), "jpeg", mode);
  }

  @Override
  public RgbImage decode(byte[] bytes, ImageHeader header) throws ImageException {
    JpegStructure structure = JpegStructure.of(bytes);
    if (structure.frame().components() == 4) {
      Raster raster = ImageIoReader.jpegRaster(structure.essence(bytes), header);
      return cmykToRgb(raster, structure.adobeTransform() > 0);
    }
    // The native decoder reports stray bytes on standard error; the essence has none.
    return structure.hasJunk()
        ? OpenCv.decode(structure.essence(bytes), header)
        : OpenCv.decode(bytes, structure.end(), header);
  }

  @Override
  public Optional<List<RgbImage>> parts(byte[] bytes, ImageHeader header, List<Region> regions)
      throws ImageException {
    return JpegRegions.decode(bytes, JpegStructure.of(bytes), regions);
  }

  /** Pillow takes every such file to hold inverted values, as Adobe's programs write them. */
  private static RgbImage cmykToRgb(Raster raster, boolean isYcck) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] rgb = new byte[width * height * RgbImage.CHANNELS];
    int[] row = new int[width * 4];
    int out = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int i = 0; i < row.length; i += 4) {
        if (isYcck) {
          ycckToCmyk(row, i);
        }
        out =
            CmykColors.putRgb(
                rgb, out, 255 - row[i], 255 - row[i + 1], 255 - row[i + 2], 255 - row[i + 3]);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** libjpeg's conversion, in 16 fractional bits; in place, black stays. */
  private static void ycckToCmyk(int[] values, int at) {
    int y = values[at];
    int cb = values[at + 1] - 128;
    int cr = values[at + 2] - 128;
    int half = 1 << 15;
    values[at] = 255 - clamp(y + ((91881 * cr + half) >> 16));
    values[at + 1] = 255 - clamp(y + ((-22554 * cb - 46802 * cr + half) >> 16));
    values[at + 2] = 255 - clamp(y + ((116130 * cb + half) >> 16));
  }

  private static int clamp(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
