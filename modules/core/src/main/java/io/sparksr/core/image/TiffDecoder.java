package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Optional;
import java.util.Set;

/**
 * The first page of a TIFF: gray, palette, RGB or CMYK, in unsigned samples of up to 16 bits. Its
 * orientation is applied, as Pillow does for this format alone.
 */
final class TiffDecoder implements FormatDecoder {

  /** Photometric interpretations. */
  private static final int WHITE_IS_ZERO = 0;

  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int CMYK = 5;

  /** None, CCITT, LZW, JPEG, deflate by both numbers, and PackBits. */
  private static final Set<Integer> COMPRESSIONS =
      Set.of(1, 2, 3, 4, 5, 6, 7, 8, 32771, 32773, 32946);

  @Override
  public ImageHeader header(byte[] bytes) throws ImageException {
    TiffDirectory directory = TiffDirectory.first(bytes);
    long width = directory.number(TiffDirectory.WIDTH, 0);
    long height = directory.number(TiffDirectory.HEIGHT, 0);
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new ImageException(Reason.CORRUPT, "has a size of " + width + "x" + height);
    }
    int compression = (int) directory.number(TiffDirectory.COMPRESSION, 1);
    if (!COMPRESSIONS.contains(compression)) {
      throw new ImageException(Reason.UNSUPPORTED, "is a TIFF of compression " + compression);
    }
    ImageHeader stored = new ImageHeader((int) width, (int) height, "tiff", mode(directory));
    return turned(stored, orientation(directory));
  }

  private static Orientation orientation(TiffDirectory directory) throws ImageException {
    return Orientation.ofCode(
        (int) directory.number(TiffDirectory.ORIENTATION, ImageMetadata.UPRIGHT));
  }

  static Orientation orientation(byte[] bytes) throws ImageException {
    return orientation(TiffDirectory.first(bytes));
  }

  /** The header of the upright image from that of the stored one, and the other way round. */
  static ImageHeader turned(ImageHeader header, Orientation orientation) {
    return orientation.swapsSides()
        ? new ImageHeader(
            /* width= */ header.height(),
            /* height= */ header.width(),
            header.format(),
            header.mode())
        : header;
  }

  private static String mode(TiffDirectory directory) throws ImageException {
    int photometric = (int) directory.number(TiffDirectory.PHOTOMETRIC, WHITE_IS_ZERO);
    long bits = directory.number(TiffDirectory.BITS, 1);
    long samples = directory.number(TiffDirectory.SAMPLES, 1);
    boolean isUnsigned = directory.number(TiffDirectory.SAMPLE_FORMAT, 1) == 1;
    boolean isPremultiplied = directory.number(TiffDirectory.EXTRA_SAMPLES, 0) == 1;
    Optional<String> mode =
        isUnsigned && !isPremultiplied ? mode(photometric, samples, bits) : Optional.empty();
    return mode.orElseThrow(
        () ->
            new ImageException(
                Reason.UNSUPPORTED,
                "is a TIFF of photometric interpretation "
                    + photometric
                    + " with "
                    + samples
                    + " samples of "
                    + bits
                    + " bits"));
  }

  /** Empty also for YCbCr and Lab, whose conversion would not equal Pillow's. */
  private static Optional<String> mode(int photometric, long samples, long bits) {
    boolean isPart = bits == 1 || bits == 2 || bits == 4;
    boolean isWhole = bits == 8 || bits == 16;
    String mode =
        switch (photometric) {
          case WHITE_IS_ZERO, BLACK_IS_ZERO -> {
            if (samples == 1 && (isPart || isWhole)) {
              yield bits == 1 ? "1" : bits == 16 ? "I;16" : "L";
            }
            yield samples == 2 && bits == 8 ? "LA" : "";
          }
          case RGB -> isWhole && samples == 3 ? "RGB" : isWhole && samples == 4 ? "RGBA" : "";
          case PALETTE -> samples == 1 && (isPart || bits == 8) ? "P" : "";
          case CMYK -> samples == 4 && bits == 8 ? "CMYK" : "";
          default -> "";
        };
    return mode.isEmpty() ? Optional.empty() : Optional.of(mode);
  }

  @Override
  public RgbImage decode(byte[] bytes, ImageHeader header) throws ImageException {
    Orientation orientation = orientation(bytes);
    return orientation.upright(stored(bytes, turned(header, orientation)));
  }

  private static RgbImage stored(byte[] bytes, ImageHeader header) throws ImageException {
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
