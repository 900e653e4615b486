package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/**
 * One rank's values in an all-reduce, seen from a frame: frames hold elements in little-endian
 * order. The frames' buffers are little-endian; each method uses them from position to limit and
 * leaves both alone.
 */
interface Summands {

  /** Values from position to limit of a buffer, which is shared, not copied. */
  static Summands of(FloatBuffer values) {
    return new FloatSummands(values.slice());
  }

  /** Values from position to limit of a buffer, which is shared, not copied. */
  static Summands of(DoubleBuffer values) {
    return new DoubleSummands(values.slice());
  }

  FrameKind kind();

  int elementBytes();

  int count();

  /** frame = values[from...]. */
  void copyTo(ByteBuffer frame, int from);

  /** frame = frame + values[from...]. */
  void addTo(ByteBuffer frame, int from);

  /** Values[from...] = frame. */
  void copyFrom(ByteBuffer frame, int from);
}
