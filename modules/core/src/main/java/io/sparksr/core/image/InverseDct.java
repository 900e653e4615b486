package io.sparksr.core.image;

import java.util.Arrays;

/**
 * The inverse discrete cosine transform in the fixed-point arithmetic that libjpeg calls "slow" and
 * uses by default: C. Loeffler, A. Ligtenberg and G. Moschytz, "Practical fast 1-D DCT algorithms
 * with 11 multiplications", ICASSP 1989, with 13 fractional bits and two more kept between the
 * passes. Equal coefficients give equal samples.
 */
final class InverseDct {
  private static final int SIZE = 8;
  private static final int CONSTANT_BITS = 13;
  private static final int PASS_BITS = 2;
  private static final int COLUMN_SHIFT = CONSTANT_BITS - PASS_BITS;
  private static final int ROW_SHIFT = CONSTANT_BITS + PASS_BITS + 3;

  /** Round(x * 2^13) for x of the name. */
  private static final int C_0_298631336 = 2446;

  private static final int C_0_390180644 = 3196;
  private static final int C_0_541196100 = 4433;
  private static final int C_0_765366865 = 6270;
  private static final int C_0_899976223 = 7373;
  private static final int C_1_175875602 = 9633;
  private static final int C_1_501321110 = 12299;
  private static final int C_1_847759065 = 15137;
  private static final int C_1_961570560 = 16069;
  private static final int C_2_053119869 = 16819;
  private static final int C_2_562915447 = 20995;
  private static final int C_3_072711026 = 25172;

  private final int[] work = new int[SIZE * SIZE];

  /**
   * Transforms one block and clears it.
   *
   * @param block dequantised coefficients in rows, whose absolute values add up to at most {@value
   *     SaturatingDct#NEVER}; 0 afterwards
   * @param last position in the file of the last coefficient that is not 0
   * @param samples 64 bytes in rows
   */
  void apply(int[] block, int last, byte[] samples) {
    if (last == 0) {
      // Both passes reduce to shifts.
      int mean = ((block[0] << PASS_BITS) + (1 << (PASS_BITS + 2))) >> (PASS_BITS + 3);
      Arrays.fill(samples, clamp(mean));
      block[0] = 0;
      return;
    }
    for (int x = 0; x < SIZE; x++) {
      column(block, x);
    }
    for (int y = 0; y < SIZE; y++) {
      row(y * SIZE, samples);
    }
    Arrays.fill(block, 0);
  }

  private void column(int[] in, int x) {
    int[] out = work;
    int v1 = in[x + 8];
    int v2 = in[x + 16];
    int v3 = in[x + 24];
    int v4 = in[x + 32];
    int v5 = in[x + 40];
    int v6 = in[x + 48];
    int v7 = in[x + 56];
    if ((v1 | v2 | v3 | v4 | v5 | v6 | v7) == 0) {
      int mean = in[x] << PASS_BITS;
      for (int i = x; i < SIZE * SIZE; i += SIZE) {
        out[i] = mean;
      }
      return;
    }
    int z1 = (v2 + v6) * C_0_541196100;
    int even2 = z1 - v6 * C_1_847759065;
    int even3 = z1 + v2 * C_0_765366865;
    int even0 = (in[x] + v4) << CONSTANT_BITS;
    int even1 = (in[x] - v4) << CONSTANT_BITS;
    int half = 1 << (COLUMN_SHIFT - 1);
    int sum0 = even0 + even3 + half;
    int sum3 = even0 - even3 + half;
    int sum1 = even1 + even2 + half;
    int sum2 = even1 - even2 + half;
    int z5 = (v7 + v3 + v5 + v1) * C_1_175875602;
    int z3 = z5 - (v7 + v3) * C_1_961570560;
    int z4 = z5 - (v5 + v1) * C_0_390180644;
    int za = -(v7 + v1) * C_0_899976223;
    int zb = -(v5 + v3) * C_2_562915447;
    int odd0 = v7 * C_0_298631336 + za + z3;
    int odd1 = v5 * C_2_053119869 + zb + z4;
    int odd2 = v3 * C_3_072711026 + zb + z3;
    int odd3 = v1 * C_1_501321110 + za + z4;
    out[x] = (sum0 + odd3) >> COLUMN_SHIFT;
    out[x + 56] = (sum0 - odd3) >> COLUMN_SHIFT;
    out[x + 8] = (sum1 + odd2) >> COLUMN_SHIFT;
    out[x + 48] = (sum1 - odd2) >> COLUMN_SHIFT;
    out[x + 16] = (sum2 + odd1) >> COLUMN_SHIFT;
    out[x + 40] = (sum2 - odd1) >> COLUMN_SHIFT;
    out[x + 24] = (sum3 + odd0) >> COLUMN_SHIFT;
    out[x + 32] = (sum3 - odd0) >> COLUMN_SHIFT;
  }

  private void row(int y, byte[] out) {
    int[] in = work;
    int v1 = in[y + 1];
    int v2 = in[y + 2];
    int v3 = in[y + 3];
    int v4 = in[y + 4];
    int v5 = in[y + 5];
    int v6 = in[y + 6];
    int v7 = in[y + 7];
    int z1 = (v2 + v6) * C_0_541196100;
    int even2 = z1 - v6 * C_1_847759065;
    int even3 = z1 + v2 * C_0_765366865;
    int even0 = (in[y] + v4) << CONSTANT_BITS;
    int even1 = (in[y] - v4) << CONSTANT_BITS;
    int half = 1 << (ROW_SHIFT - 1);
    int sum0 = even0 + even3 + half;
    int sum3 = even0 - even3 + half;
    int sum1 = even1 + even2 + half;
    int sum2 = even1 - even2 + half;
    int z5 = (v7 + v3 + v5 + v1) * C_1_175875602;
    int z3 = z5 - (v7 + v3) * C_1_961570560;
    int z4 = z5 - (v5 + v1) * C_0_390180644;
    int za = -(v7 + v1) * C_0_899976223;
    int zb = -(v5 + v3) * C_2_562915447;
    int odd0 = v7 * C_0_298631336 + za + z3;
    int odd1 = v5 * C_2_053119869 + zb + z4;
    int odd2 = v3 * C_3_072711026 + zb + z3;
    int odd3 = v1 * C_1_501321110 + za + z4;
    out[y] = clamp((sum0 + odd3) >> ROW_SHIFT);
    out[y + 1] = clamp((sum1 + odd2) >> ROW_SHIFT);
    out[y + 2] = clamp((sum2 + odd1) >> ROW_SHIFT);
    out[y + 3] = clamp((sum3 + odd0) >> ROW_SHIFT);
    out[y + 4] = clamp((sum3 - odd0) >> ROW_SHIFT);
    out[y + 5] = clamp((sum2 - odd1) >> ROW_SHIFT);
    out[y + 6] = clamp((sum1 - odd2) >> ROW_SHIFT);
    out[y + 7] = clamp((sum0 - odd3) >> ROW_SHIFT);
  }

  /** From values around 0 to bytes. */
  private static byte clamp(int value) {
    return (byte) Math.max(0, Math.min(255, value + 128));
  }
}
