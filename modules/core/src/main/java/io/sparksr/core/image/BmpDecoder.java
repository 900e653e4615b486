package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Arrays;

/** Windows and OS/2 bitmaps. */
final class BmpDecoder implements FormatDecoder {
  private static final int DATA = 10;
  private static final int INFO = 14;

  @Override
  public ImageHeader header(byte[] bytes) throws ImageException {
    ByteView view = ByteView.littleEndian(bytes);
    long infoBytes = view.u32(INFO);
    if (infoBytes == 12) {
      int bits = view.u16(INFO + 10);
      boolean isGray = isGrayPalette(view, bits, 1L << bits, 3);
      return header(view.u16(INFO + 4), view.u16(INFO + 6), bits, isGray);
    }
    if (infoBytes < 16 || infoBytes > 256) {
      throw new ImageException(
          Reason.NOT_AN_IMAGE, "has a bitmap header of " + infoBytes + " bytes");
    }
    long width = view.u32(INFO + 4);
    // Negative where the rows stand from top to bottom.
    long height = Math.abs((long) (int) view.u32(INFO + 8));
    int bits = view.u16(INFO + 14);
    long colours = infoBytes < 36 ? 0 : view.u32(INFO + 32);
    boolean isGray = isGrayPalette(view, bits, colours == 0 ? 1L << bits : colours, 4);
    return header(width, height, bits, isGray);
  }

  /** Pillow calls an image gray if its colours run from black to white in equal steps. */
  private static boolean isGrayPalette(ByteView view, int bits, long colours, int entryBytes)
      throws ImageException {
    if (bits > 8 || colours > 256) {
      return false;
    }
    long at = INFO + view.u32(INFO);
    for (int i = 0; i < colours; i++) {
      int gray = colours == 2 ? 255 * i : i;
      if (view.u24(at + (long) entryBytes * i) != gray * 0x010101) {
        return false;
      }
    }
    return true;
  }

  private static ImageHeader header(long width, long height, int bits, boolean isGray)
      throws ImageException {
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new ImageException(Reason.CORRUPT, "has a size of " + width + "x" + height);
    }
    String mode =
        switch (bits) {
          case 1 -> isGray ? "1" : "P";
          case 4, 8 -> isGray ? "L" : "P";
          case 16, 24, 32 -> "RGB";
          default ->
              throw new ImageException(Reason.UNSUPPORTED, "has " + bits + " bits per pixel");
        };
    return new ImageHeader((int) width, (int) height, "bmp", mode);
  }

  /** The bytes behind the last row's pixels may be missing. */
  private static byte[] withPadding(byte[] bytes, ImageHeader header) throws ImageException {
    ByteView view = ByteView.littleEndian(bytes);
    int bits = view.u16(INFO + (view.u32(INFO) == 12 ? 10 : 14));
    long rowBytes = ((long) header.width() * bits + 7) / 8;
    long stride = (rowBytes + 3) / 4 * 4;
    long end = view.u32(DATA) + stride * header.height();
    return bytes.length < end && bytes.length >= end - (stride - rowBytes)
        ? Arrays.copyOf(bytes, (int) end)
        : bytes;
  }

  @Override
  public RgbImage decode(byte[] bytes, ImageHeader header) throws ImageException {
    BufferedImage image = ImageIoReader.bmp(withPadding(bytes, header), header);
    if (image.getColorModel() instanceof IndexColorModel indexed) {
      int[] colours = new int[indexed.getMapSize()];
      indexed.getRGBs(colours);
      return RasterColors.palette(image.getRaster(), colours);
    }
    return RasterColors.rgb(image.getRaster());
  }
}
