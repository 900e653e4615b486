package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Single precision here, bfloat16 in frames: rounded to nearest, ties to even. Frames are widened
 * before they are added to, so only what travels is rounded. A frame holds the pairs of {@link
 * Bf16Block}, block by block, and the last of an odd number of values by itself.
 */
final class Bf16Summands implements Summands {
  private final FloatBuffer values;
  private final Bf16Block block;

  /** Values from position to limit; the block is for one thread at a time. */
  Bf16Summands(FloatBuffer values, Bf16Block block) {
    this.values = values.slice();
    this.block = block;
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
    IntBuffer pairs = frame.asIntBuffer();
    for (int i = 0; i < pairs.limit(); i += Bf16Block.SIZE / 2) {
      block.round(values, from + 2 * i, blockCount(pairs, i), pairs, i);
    }
    if (odd(frame)) {
      frame.putShort(last(frame), Bf16Block.round(values.get(lastValue(frame, from))));
    }
  }

  @Override
  public void addTo(ByteBuffer frame, int from) {
    IntBuffer pairs = frame.asIntBuffer();
    for (int i = 0; i < pairs.limit(); i += Bf16Block.SIZE / 2) {
      block.add(pairs, i, blockCount(pairs, i), values, from + 2 * i);
    }
    if (odd(frame)) {
      float sum = Bf16Block.widen(frame.getShort(last(frame))) + values.get(lastValue(frame, from));
      frame.putShort(last(frame), Bf16Block.round(sum));
    }
  }

  @Override
  public void copyFrom(ByteBuffer frame, int from) {
    IntBuffer pairs = frame.asIntBuffer();
    for (int i = 0; i < pairs.limit(); i += Bf16Block.SIZE / 2) {
      block.widen(pairs, i, blockCount(pairs, i), values, from + 2 * i);
    }
    if (odd(frame)) {
      values.put(lastValue(frame, from), Bf16Block.widen(frame.getShort(last(frame))));
    }
  }

  private static int blockCount(IntBuffer pairs, int first) {
    return Math.min(Bf16Block.SIZE, 2 * (pairs.limit() - first));
  }

  private static boolean odd(ByteBuffer frame) {
    return frame.remaining() % Integer.BYTES != 0;
  }

  private static int last(ByteBuffer frame) {
    return frame.limit() - Short.BYTES;
  }

  private static int lastValue(ByteBuffer frame, int from) {
    return from + frame.remaining() / Short.BYTES - 1;
  }
}
