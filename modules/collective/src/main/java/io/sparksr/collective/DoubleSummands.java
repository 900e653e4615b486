package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;

/** Double precision; added in arrays for the reason given in {@link FloatSummands}. */
final class DoubleSummands implements Summands {
  private static final int BLOCK = 2048;

  private final DoubleBuffer values;
  private final double[] sum;
  private final double[] own;

  DoubleSummands(DoubleBuffer values) {
    this.values = values;
    this.sum = new double[Math.min(BLOCK, values.limit())];
    this.own = new double[sum.length];
  }

  @Override
  public FrameKind kind() {
    return FrameKind.SUM_DOUBLES;
  }

  @Override
  public int elementBytes() {
    return Double.BYTES;
  }

  @Override
  public int count() {
    return values.limit();
  }

  @Override
  public void copyTo(ByteBuffer frame, int from) {
    DoubleBuffer target = frame.asDoubleBuffer();
    target.put(0, values, from, target.limit());
  }

  @Override
  public void addTo(ByteBuffer frame, int from) {
    DoubleBuffer target = frame.asDoubleBuffer();
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
    DoubleBuffer source = frame.asDoubleBuffer();
    values.put(from, source, 0, source.limit());
  }
}
