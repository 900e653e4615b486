package io.sparksr.core.image;

import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.util.function.IntUnaryOperator;

/** Raw samples to 8-bit RGB by Pillow's rules. */
final class RasterColors {
  private RasterColors() {}

  /**
   * The first three bands: 16-bit samples keep their upper byte, shorter ones are stretched to 255
   * and cut off.
   */
  static RgbImage rgb(Raster raster) {
    int bits = raster.getSampleModel().getSampleSize(0);
    int bands = raster.getNumBands();
    if (bits == 8 && raster.getTransferType() == DataBuffer.TYPE_BYTE) {
      return rgbOfBytes(raster, bands);
    }
    int[] most = new int[RgbImage.CHANNELS];
    for (int c = 0; c < most.length; c++) {
      most[c] = (1 << raster.getSampleModel().getSampleSize(c)) - 1;
    }
    int width = raster.getWidth();
    byte[] rgb = new byte[width * raster.getHeight() * RgbImage.CHANNELS];
    int[] row = new int[width * bands];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int i = 0; i < row.length; i += bands) {
        for (int c = 0; c < RgbImage.CHANNELS; c++) {
          int value = row[i + c];
          rgb[out++] = (byte) (bits == 16 ? value >> 8 : value * 255 / most[c]);
        }
      }
    }
    return new RgbImage(width, raster.getHeight(), rgb);
  }

  private static RgbImage rgbOfBytes(Raster raster, int bands) {
    int width = raster.getWidth();
    int rowBytes = width * RgbImage.CHANNELS;
    byte[] rgb = new byte[raster.getHeight() * rowBytes];
    byte[] row = new byte[width * bands];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getDataElements(0, y, width, 1, row);
      if (bands == RgbImage.CHANNELS) {
        System.arraycopy(row, 0, rgb, out, rowBytes);
        out += rowBytes;
      } else {
        for (int i = 0; i < row.length; i += bands) {
          rgb[out++] = row[i];
          rgb[out++] = row[i + 1];
          rgb[out++] = row[i + 2];
        }
      }
    }
    return new RgbImage(width, raster.getHeight(), rgb);
  }

  /**
   * The first band as gray.
   *
   * @param toGray from a sample to 0 to 255
   */
  static RgbImage gray(Raster raster, IntUnaryOperator toGray) {
    return mapped(raster, sample -> toGray.applyAsInt(sample) * 0x010101);
  }

  /**
   * The first band as indices.
   *
   * @param palette colours as 0xRRGGBB; indices beyond it are the gray of that value, as in Pillow
   */
  static RgbImage palette(Raster raster, int[] palette) {
    return mapped(raster, index -> index < palette.length ? palette[index] : index * 0x010101);
  }

  private static RgbImage mapped(Raster raster, IntUnaryOperator toRgb) {
    int width = raster.getWidth();
    byte[] rgb = new byte[width * raster.getHeight() * RgbImage.CHANNELS];
    int[] row = new int[width];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int sample : row) {
        int colour = toRgb.applyAsInt(sample);
        rgb[out++] = (byte) (colour >> 16);
        rgb[out++] = (byte) (colour >> 8);
        rgb[out++] = (byte) colour;
      }
    }
    return new RgbImage(width, raster.getHeight(), rgb);
  }
}
