package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * A few thousand values on their way between float32 and bfloat16, used again and again.
 *
 * <p>Two bfloat16 make an int: the value of index i in its lower half, that of index i + n / 2 in
 * its upper half. So every loop is over ints or over floats, without branches, and the JIT of Java
 * 17 vectorises it. It does not vectorise a loop that takes floats as ints or stores shorts: bits
 * change their type by a copy through direct memory.
 */
final class Bf16Block {
  /** The most values; small enough for the first level of cache. */
  static final int SIZE = 2048;

  private static final int HALF = SIZE / 2;
  private static final int DROPPED_BITS = 16;
  private static final int KEPT = 0xFFFF0000;
  private static final int JUST_BELOW_HALF = 0x7FFF;
  private static final int MAGNITUDE = 0x7FFFFFFF;
  private static final int INFINITE = 0x7F800000;
  private static final int QUIET = 0x400000;

  private final ByteBuffer memory =
      ByteBuffer.allocateDirect(SIZE * Float.BYTES).order(ByteOrder.nativeOrder());
  private final FloatBuffer floats = memory.asFloatBuffer();
  private final IntBuffer bits = memory.asIntBuffer();
  private final int[] low = new int[HALF];
  private final int[] high = new int[HALF];
  private final int[] pairs = new int[HALF];
  private final float[] sum = new float[SIZE];
  private final float[] own = new float[SIZE];

  /**
   * Rounds to nearest, ties to even.
   *
   * @param from index of the first value
   * @param count an even number of values, at most {@link #SIZE}
   * @param target for half as many ints
   * @param at index of the first int
   */
  void round(FloatBuffer values, int from, int count, IntBuffer target, int at) {
    floats.put(0, values, from, count);
    roundBits(target, at, count / 2);
  }

  /** What {@link #round} made, exactly, as float32. */
  void widen(IntBuffer source, int at, int count, FloatBuffer values, int from) {
    widenBits(source, at, count / 2);
    values.put(from, floats, 0, count);
  }

  /** What {@link #round} made plus more values, rounded again. */
  void add(IntBuffer target, int at, int count, FloatBuffer values, int from) {
    widenBits(target, at, count / 2);
    floats.get(0, sum, 0, count);
    values.get(from, own, 0, count);
    for (int i = 0; i < count; i++) {
      sum[i] += own[i];
    }
    floats.put(0, sum, 0, count);
    roundBits(target, at, count / 2);
  }

  private void roundBits(IntBuffer target, int at, int count) {
    bits.get(0, low, 0, count);
    bits.get(count, high, 0, count);
    for (int i = 0; i < count; i++) {
      pairs[i] = (nearest(high[i]) & KEPT) | (nearest(low[i]) >>> DROPPED_BITS);
    }
    target.put(at, pairs, 0, count);
  }

  private void widenBits(IntBuffer source, int at, int count) {
    source.get(at, pairs, 0, count);
    for (int i = 0; i < count; i++) {
      low[i] = pairs[i] << DROPPED_BITS;
      high[i] = pairs[i] & KEPT;
    }
    bits.put(0, low, 0, count);
    bits.put(count, high, 0, count);
  }

  /**
   * The bits of a float whose upper half is the nearest bfloat16. Of NaN they are a NaN's: rounding
   * might carry it to infinity.
   */
  private static int nearest(int bits) {
    int nan = (INFINITE - (bits & MAGNITUDE)) >> 31; // all ones, or none
    int rounded = bits + JUST_BELOW_HALF + ((bits >>> DROPPED_BITS) & 1);
    return (rounded & ~nan) | ((bits | QUIET) & nan);
  }

  /** One value: the upper half of the nearest float whose lower half is zero. */
  static short round(float value) {
    return (short) (nearest(Float.floatToRawIntBits(value)) >>> DROPPED_BITS);
  }

  /** One value, exactly. */
  static float widen(short half) {
    return Float.intBitsToFloat(half << DROPPED_BITS);
  }
}
