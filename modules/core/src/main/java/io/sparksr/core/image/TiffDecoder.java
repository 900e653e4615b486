package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** The first page of a TIFF: gray, palette, RGB or CMYK, in unsigned samples of up to 16 bits. */
final class TiffDecoder implements FormatDecoder {

  /** Photometric interpretations. */
  private static final int WHITE_IS_ZERO = 0;

  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int CMYK = 5;

  @Override
  public ImageHeader header(byte[] bytes) throws ImageException {
    TiffDirectory directory = TiffDirectory.first(bytes);
    long width = directory.number(TiffDirectory.WIDTH, 0);
    long height = directory.number(TiffDirectory.HEIGHT, 0);
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new ImageException(Reason.CORRUPT, "has a size of " + width + "x" + height);
    }
    return new ImageHeader((int) width, (int) height, "tiff", mode(directory));
  }

  private static String mode(TiffDirectory directory) throws ImageException {
    int photometric = (int) directory.number(TiffDirectory.PHOTOMETRIC, WHITE_IS_ZERO);
    long bits = directory.number(TiffDirectory.BITS, 1);
    long samples = directory.number(TiffDirectory.SAMPLES, 1);
    boolean isUnsigned = directory.number(TiffDirectory.SAMPLE_FORMAT, 1) == 1;
    boolean isPremultiplied = directory.number(TiffDirectory.EXTRA_SAMPLES, 0) == 1;
    boolean isWhole = bits == 8 || bits == 16;
    boolean isPart = bits == 1 || bits == 2 || bits == 4;
    if (isUnsigned && !isPremultiplied) {
      switch (photometric) {
        case WHITE_IS_ZERO, BLACK_IS_ZERO -> {
          if (samples == 1 && (isPart || isWhole)) {
            return bits == 1 ? "1" : bits == 16 ? "I;16" : "L";
          }
          if (samples == 2 && bits == 8) {
            return "LA";
          }
        }
        case RGB -> {
          if (samples >= 3 && samples <= 4 && isWhole) {
            return samples == 3 ? "RGB" : "RGBA";
          }
        }
        case PALETTE -> {
          if (samples == 1 && (isPart || bits == 8)) {
            return "P";
          }
        }
        case CMYK -> {
          if (samples == 4 && bits == 8) {
            return "CMYK";
          }
        }
        default -> {
          // Refused below, as YCbCr and Lab are: their conversion would not equal Pillow's.
        }
      }
    }
    throw new ImageException(
        Reason.UNSUPPORTED,
        "is a TIFF of photometric interpretation "
            + photometric
            + " with "
            + samples
            + " samples of "
            + bits
            + " bits");
  }

  @Override
  public RgbImage decode(byte[] bytes, ImageHeader header) throws ImageException {
    BufferedImage image = ImageIoReader.tiff(bytes, header);
    Raster raster = image.getRaster();
    ColorModel colours = image.getColorModel();
    if (header.mode().equals("CMYK") && raster.getNumBands() == 4) {
      return cmyk(raster);
    }
    if (colours instanceof IndexColorModel indexed) {
      int[] palette = new int[indexed.getMapSize()];
      indexed.getRGBs(palette);
      return RasterColors.palette(raster, palette);
    }
    if (raster.getNumBands() >= RgbImage.CHANNELS) {
      return RasterColors.rgb(raster);
    }
    int bits = raster.getSampleModel().getSampleSize(0);
    int most = (1 << bits) - 1;
    return RasterColors.gray(raster, bits == 16 ? v -> Math.min(v, 255) : v -> v * 255 / most);
  }

  private static RgbImage cmyk(Raster raster) {
    int width = raster.getWidth();
    byte[] rgb = new byte[width * raster.getHeight() * RgbImage.CHANNELS];
    int[] row = new int[width * 4];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int i = 0; i < row.length; i += 4) {
        out = CmykColors.putRgb(rgb, out, row[i], row[i + 1], row[i + 2], row[i + 3]);
      }
    }
    return new RgbImage(width, raster.getHeight(), rgb);
  }
}
