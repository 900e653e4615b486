package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * Single precision here, bfloat16 in frames: rounded to nearest, ties to even. Frames are widened
 * before they are added to, so only what travels is rounded.
 */
final class Bf16Summands implements Summands {
  private static final int BLOCK = 4096;
  private static final int DROPPED_BITS = 16;
  private static final int JUST_BELOW_HALF = 0x7FFF;
  private static final short QUIET = 0x40;

  private final FloatBuffer values;
  private final short[] frameBlock;
  private final float[] own;

  Bf16Summands(FloatBuffer values) {
    this.values = values;
    this.frameBlock = new short[Math.min(BLOCK, values.limit())];
    this.own = new float[frameBlock.length];
  }

  @Override
  public FrameKind kind() {
    return FrameKind.SUM_BF16;
  }

  @Override
  public int elementBytes() {
    return Short.BYTES;
  }

  @Override
  public int count() {
    return values.limit();
  }

  @Override
  public void copyTo(ByteBuffer frame, int from) {
    ShortBuffer target = frame.asShortBuffer();
    for (int offset = 0; offset < target.limit(); offset += BLOCK) {
      int n = Math.min(BLOCK, target.limit() - offset);
      values.get(from + offset, own, 0, n);
      for (int i = 0; i < n; i++) {
        frameBlock[i] = round(own[i]);
      }
      target.put(offset, frameBlock, 0, n);
    }
  }

  @Override
  public void addTo(ByteBuffer frame, int from) {
    ShortBuffer target = frame.asShortBuffer();
    for (int offset = 0; offset < target.limit(); offset += BLOCK) {
      int n = Math.min(BLOCK, target.limit() - offset);
      target.get(offset, frameBlock, 0, n);
      values.get(from + offset, own, 0, n);
      for (int i = 0; i < n; i++) {
        frameBlock[i] = round(widen(frameBlock[i]) + own[i]);
      }
      target.put(offset, frameBlock, 0, n);
    }
  }

  @Override
  public void copyFrom(ByteBuffer frame, int from) {
    ShortBuffer source = frame.asShortBuffer();
    for (int offset = 0; offset < source.limit(); offset += BLOCK) {
      int n = Math.min(BLOCK, source.limit() - offset);
      source.get(offset, frameBlock, 0, n);
      for (int i = 0; i < n; i++) {
        own[i] = widen(frameBlock[i]);
      }
      values.put(from + offset, own, 0, n);
    }
  }

  /** The upper half of the nearest float whose lower half is zero. */
  static short round(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> DROPPED_BITS) | QUIET); // rounding might carry it to infinity
    }
    int odd = (bits >>> DROPPED_BITS) & 1;
    return (short) ((bits + JUST_BELOW_HALF + odd) >>> DROPPED_BITS);
  }

  /** Exact. */
  static float widen(short half) {
    return Float.intBitsToFloat(half << DROPPED_BITS);
  }
}
