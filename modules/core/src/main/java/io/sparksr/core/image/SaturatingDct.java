package io.sparksr.core.image;

import java.util.Arrays;

/**
 * The transform of {@link InverseDct} for coefficients so large that its results do not fit 16
 * bits, as they come from damaged files: what libjpeg-turbo's SSE2 and AVX2 code makes of them,
 * which is what Pillow shows. Sums of samples wrap, results of a pass are cut off at the ends of 16
 * bits.
 */
final class SaturatingDct {
  /**
   * Of coefficients whose absolute values add up to no more, no sample is further than 0.2406 times
   * as much, 505, from the middle: both transforms are the same, and so is every decoder.
   */
  static final int NEVER = 2100;

  /** Samples further from the middle come round from the other end in libjpeg-turbo's C code. */
  private static final int REACH = 512;

  private static final int MOST_COEFFICIENT = 4095;
  private static final int SIZE = 8;
  private static final int PASS_BITS = 2;
  private static final int COLUMN_SHIFT = 13 - PASS_BITS;
  private static final int ROW_SHIFT = 13 + PASS_BITS + 3;

  private final int[] columns = new int[SIZE * SIZE];
  private final int[] rows = new int[SIZE * SIZE];

  /**
   * Transforms one block and clears it.
   *
   * @param block dequantised coefficients in rows, each of 16 bits; 0 afterwards
   * @param samples 64 bytes in rows
   * @return whether other decoders may give other samples, because values are out of all range
   */
  boolean apply(int[] block, byte[] samples) {
    boolean isFar = false;
    for (int value : block) {
      isFar |= Math.abs(value) > MOST_COEFFICIENT;
    }
    if (isConstantInColumns(block)) {
      for (int i = 0; i < columns.length; i++) {
        columns[i] = (short) (block[i % SIZE] << PASS_BITS);
      }
    } else {
      for (int x = 0; x < SIZE; x++) {
        pass(block, columns, x, SIZE, COLUMN_SHIFT);
      }
    }
    for (int y = 0; y < SIZE; y++) {
      pass(columns, rows, y * SIZE, 1, ROW_SHIFT);
    }
    for (int i = 0; i < rows.length; i++) {
      isFar |= rows[i] < -REACH || rows[i] >= REACH;
      samples[i] = (byte) (Math.max(-128, Math.min(127, rows[i])) + 128);
    }
    Arrays.fill(block, 0);
    return isFar;
  }

  private static boolean isConstantInColumns(int[] block) {
    for (int i = SIZE; i < block.length; i++) {
      if (block[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** One dimension: eight values from {@code at} on, {@code step} apart. */
  private static void pass(int[] in, int[] out, int at, int step, int shift) {
    int v1 = in[at + step];
    int v2 = in[at + 2 * step];
    int v3 = in[at + 3 * step];
    int v5 = in[at + 5 * step];
    int v6 = in[at + 6 * step];
    int v7 = in[at + 7 * step];
    int even2 = v2 * 4433 - v6 * 10704;
    int even3 = v2 * 10703 + v6 * 4433;
    int even0 = (short) (in[at] + in[at + 4 * step]) << 13;
    int even1 = (short) (in[at] - in[at + 4 * step]) << 13;
    int half = 1 << (shift - 1);
    int sum0 = even0 + even3 + half;
    int sum3 = even0 - even3 + half;
    int sum1 = even1 + even2 + half;
    int sum2 = even1 - even2 + half;
    int a = (short) (v7 + v3);
    int b = (short) (v5 + v1);
    int z3 = a * -6436 + b * 9633;
    int z4 = a * 9633 + b * 6437;
    int odd0 = v7 * -4927 - v1 * 7373 + z3;
    int odd1 = v5 * -4176 - v3 * 20995 + z4;
    int odd2 = v3 * 4177 - v5 * 20995 + z3;
    int odd3 = v1 * 4926 - v7 * 7373 + z4;
    out[at] = saturated((sum0 + odd3) >> shift);
    out[at + 7 * step] = saturated((sum0 - odd3) >> shift);
    out[at + step] = saturated((sum1 + odd2) >> shift);
    out[at + 6 * step] = saturated((sum1 - odd2) >> shift);
    out[at + 2 * step] = saturated((sum2 + odd1) >> shift);
    out[at + 5 * step] = saturated((sum2 - odd1) >> shift);
    out[at + 3 * step] = saturated((sum3 + odd0) >> shift);
    out[at + 4 * step] = saturated((sum3 - odd0) >> shift);
  }

  private static int saturated(int value) {
    return Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, value));
  }
}
