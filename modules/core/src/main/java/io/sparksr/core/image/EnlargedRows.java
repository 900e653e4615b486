package io.sparksr.core.image;

import java.io.IOException;

/**
 * Puts enlarged colours and alpha together as an encoder wants them: gray stays gray (the luma that
 * Pillow's {@code convert("L")} takes), and alpha is enlarged bicubically. For one thread at a
 * time.
 */
public final class EnlargedRows {
  private final RowEncoder encoder;
  private final ImageLayout target;
  private final AlphaEnlarger alpha;
  private final int alphaShift;

  /**
   * Rows for an encoder.
   *
   * @param encoder of the layout {@code target}; stays the caller's
   * @param source layout of the image that is enlarged
   */
  public EnlargedRows(RowEncoder encoder, ImageLayout source, ImageLayout target) {
    this.encoder = encoder;
    this.target = target;
    this.alpha = target.alpha() ? new AlphaEnlarger(source, target.width() / source.width()) : null;
    this.alphaShift = source.bits() - target.bits();
  }

  /**
   * Writes the next rows.
   *
   * @param rgb (scale rows, scale width, 3) samples of the target's bits, 16-bit ones big-endian
   * @param band what they were made from, with two rows more above and below within the image
   * @param top the first row of the band that they are the enlargement of
   * @param rows how many of its rows
   */
  public void write(byte[] rgb, SampleBand band, int top, int rows) throws IOException {
    int scale = target.height() / band.layout().height();
    if (target.colours() == 3 && alpha == null) {
      encoder.write(rgb, rows * scale);
      return;
    }
    short[] plane = alpha == null ? new short[0] : alpha.enlarge(band, top, rows);
    int pixels = rows * scale * target.width();
    byte[] packed = new byte[rows * scale * target.rowBytes()];
    int out = 0;
    for (int i = 0; i < pixels; i++) {
      int red = sample(rgb, 3 * i);
      int green = sample(rgb, 3 * i + 1);
      int blue = sample(rgb, 3 * i + 2);
      if (target.colours() == 1) {
        out = put(packed, out, luma(red, green, blue));
      } else {
        out = put(packed, out, red);
        out = put(packed, out, green);
        out = put(packed, out, blue);
      }
      if (alpha != null) {
        out = put(packed, out, (plane[i] & 0xFFFF) >> alphaShift);
      }
    }
    encoder.write(packed, rows * scale);
  }

  /** ITU-R 601, in Pillow's 16 fractional bits. */
  private static int luma(int red, int green, int blue) {
    return (int) ((red * 19595L + green * 38470L + blue * 7471L + 0x8000) >> 16);
  }

  private int sample(byte[] samples, int index) {
    return target.bits() == 8
        ? samples[index] & 0xFF
        : (samples[2 * index] & 0xFF) << 8 | (samples[2 * index + 1] & 0xFF);
  }

  private int put(byte[] packed, int at, int value) {
    if (target.bits() == 8) {
      packed[at] = (byte) value;
      return at + 1;
    }
    packed[at] = (byte) (value >> 8);
    packed[at + 1] = (byte) value;
    return at + 2;
  }
}
