package io.sparksr.core.image;

/**
 * From a PNG's samples to RGB and alpha: samples of less than 8 bits are stretched, indices looked
 * up, transparent colours become alpha. All bits of 16 are kept.
 *
 * @param header with a colour type and depth that exist
 * @param palette as 0xRRGGBB; indices beyond it are the gray of that value
 * @param transparency payload of the tRNS chunk, empty without one
 */
record PngColours(PngChunks.Header header, int[] palette, byte[] transparency) {
  private static final int GRAY = 0;
  private static final int RGB = 2;
  static final int PALETTE = 3;
  private static final int GRAY_ALPHA = 4;

  /** Samples per pixel in the file. */
  int samples() {
    return switch (header.colourType()) {
      case GRAY, PALETTE -> 1;
      case GRAY_ALPHA -> 2;
      case RGB -> 3;
      default -> 4;
    };
  }

  ImageLayout layout() {
    int type = header.colourType();
    int keyBytes = type == GRAY ? 2 : type == RGB ? 6 : 1;
    boolean isKeyed = type < GRAY_ALPHA && transparency.length >= keyBytes;
    return new ImageLayout(
        header.width(),
        header.height(),
        type == GRAY || type == GRAY_ALPHA ? 1 : 3,
        type >= GRAY_ALPHA || isKeyed,
        header.bits() == 16 ? 16 : 8);
  }

  /**
   * Maps one row.
   *
   * @param row its samples as in the file
   * @param layout {@link #layout()}
   */
  void map(int[] row, ImageLayout layout, short[] target, int offset) {
    int out = offset;
    int step = layout.alpha() ? 4 : 3;
    int samples = samples();
    for (int i = 0; i < row.length; i += samples) {
      switch (header.colourType()) {
        case GRAY, GRAY_ALPHA -> putGray(row, i, layout, target, out);
        case PALETTE -> putIndexed(row[i], layout, target, out);
        default -> putRgb(row, i, layout, target, out);
      }
      out += step;
    }
  }

  private void putGray(int[] row, int in, ImageLayout layout, short[] target, int out) {
    int value = row[in];
    if (layout.alpha()) {
      boolean isKey = header.colourType() == GRAY && value == key(0);
      int opaque = header.colourType() == GRAY ? layout.most() : row[in + 1];
      target[out + 3] = (short) (isKey ? 0 : opaque);
    }
    int most = (1 << header.bits()) - 1;
    short gray = (short) (header.bits() < 8 ? value * 255 / most : value);
    target[out] = gray;
    target[out + 1] = gray;
    target[out + 2] = gray;
  }

  private void putIndexed(int index, ImageLayout layout, short[] target, int out) {
    int colour = index < palette.length ? palette[index] : index * 0x010101;
    target[out] = (short) (colour >> 16);
    target[out + 1] = (short) ((colour >> 8) & 0xFF);
    target[out + 2] = (short) (colour & 0xFF);
    if (layout.alpha()) {
      target[out + 3] =
          (short) (index < transparency.length ? transparency[index] & 0xFF : layout.most());
    }
  }

  private void putRgb(int[] row, int in, ImageLayout layout, short[] target, int out) {
    for (int c = 0; c < 3; c++) {
      target[out + c] = (short) row[in + c];
    }
    if (layout.alpha()) {
      boolean isKeyed = header.colourType() == RGB;
      boolean isKey =
          isKeyed && row[in] == key(0) && row[in + 1] == key(1) && row[in + 2] == key(2);
      target[out + 3] = (short) (isKeyed ? (isKey ? 0 : layout.most()) : row[in + 3]);
    }
  }

  /** A sample of the transparent colour. */
  private int key(int sample) {
    return (transparency[2 * sample] & 0xFF) << 8 | (transparency[2 * sample + 1] & 0xFF);
  }
}
