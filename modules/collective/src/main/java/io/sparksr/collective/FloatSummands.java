package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Single precision. The JIT does not vectorise additions on direct buffers (0.48 ms for 775,000
 * elements); through two small arrays it does (0.13 ms, copies included).
 */
final class FloatSummands implements Summands {
  private static final int BLOCK = 4096;

  private final FloatBuffer values;
  private final float[] sum;
  private final float[] own;

  FloatSummands(FloatBuffer values) {
    this.values = values;
    this.sum = new float[Math.min(BLOCK, values.limit())];
    this.own = new float[sum.length];
  }

  @Override
  public FrameKind kind() {
    return FrameKind.SUM_FLOATS;
  }

  @Override
  public int elementBytes() {
    return Float.BYTES;
  }

  @Override
  public int count() {
    return values.limit();
  }

  @Override
  public void copyTo(ByteBuffer frame, int from) {
    FloatBuffer target = frame.asFloatBuffer();
    target.put(0, values, from, target.limit());
  }

  @Override
  public void addTo(ByteBuffer frame, int from) {
    FloatBuffer target = frame.asFloatBuffer();
    for (int offset = 0; offset < target.limit(); offset += BLOCK) {
      int n = Math.min(BLOCK, target.limit() - offset);
      target.get(offset, sum, 0, n);
      values.get(from + offset, own, 0, n);
      for (int i = 0; i < n; i++) {
        sum[i] += own[i];
      }
      target.put(offset, sum, 0, n);
    }
  }

  @Override
  public void copyFrom(ByteBuffer frame, int from) {
    FloatBuffer source = frame.asFloatBuffer();
    values.put(from, source, 0, source.limit());
  }
}
