package io.sparksr.core.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A number of pixels below each other, as ints in planes: reds, greens, blues. Pixels are moved one
 * number each, since every access to an array is checked; taking them apart and putting them
 * together are loops of a constant length, in the form that the JIT turns into SIMD instructions.
 */
final class PixelBlock {
  /** Pixels: enough for long loops, while a window of blocks fits the first-level cache. */
  static final int ROWS = 96;

  /** Ints of the planes. */
  static final int LANES = ROWS * RgbImage.CHANNELS;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private PixelBlock() {}

  /**
   * Reads pixels, red in the lowest byte, then green and blue; the highest byte is whatever comes
   * next.
   *
   * @param from index of the first pixel's red
   * @param stride from one pixel to the next
   * @param rows how many; what {@code packed} holds beyond them stays
   */
  static void gather(byte[] pixels, int from, int stride, int[] packed, int rows) {
    int in = from;
    for (int y = 0; y < rows; y++) {
      packed[y] = (int) INT.get(pixels, in);
      in += stride;
    }
  }

  /** The same for an image's last column, behind which the array may end. */
  static void gatherLast(byte[] pixels, int from, int stride, int[] packed, int rows) {
    int in = from;
    for (int y = 0; y < rows; y++) {
      int green = (pixels[in + 1] & 0xFF) << 8;
      int blue = (pixels[in + 2] & 0xFF) << 16;
      packed[y] = (pixels[in] & 0xFF) | green | blue;
      in += stride;
    }
  }

  /** Writes pixels, and a zero behind each: the column to the right is to be written later. */
  static void scatter(int[] packed, byte[] pixels, int from, int stride, int rows) {
    int out = from;
    for (int y = 0; y < rows; y++) {
      INT.set(pixels, out, packed[y]);
      out += stride;
    }
  }

  /** The same for an image's last column. */
  static void scatterLast(int[] packed, byte[] pixels, int from, int stride, int rows) {
    int out = from;
    for (int y = 0; y < rows; y++) {
      int pixel = packed[y];
      pixels[out] = (byte) pixel;
      pixels[out + 1] = (byte) (pixel >> 8);
      pixels[out + 2] = (byte) (pixel >> 16);
      out += stride;
    }
  }

  /** Takes pixels apart. */
  static void split(int[] packed, int[] planes) {
    for (int i = 0; i < ROWS; i++) {
      planes[i] = packed[i] & 0xFF;
    }
    for (int i = 0; i < ROWS; i++) {
      planes[ROWS + i] = (packed[i] >>> 8) & 0xFF;
    }
    for (int i = 0; i < ROWS; i++) {
      planes[2 * ROWS + i] = (packed[i] >>> 16) & 0xFF;
    }
  }

  /** Puts pixels together; all values from 0 to 255. */
  static void join(int[] planes, int[] packed) {
    System.arraycopy(planes, 0, packed, 0, ROWS);
    add(planes, ROWS, 8, packed);
    add(planes, 2 * ROWS, 16, packed);
  }

  private static void add(int[] planes, int from, int shift, int[] packed) {
    for (int i = 0; i < ROWS; i++) {
      packed[i] |= planes[from + i] << shift;
    }
  }
}
