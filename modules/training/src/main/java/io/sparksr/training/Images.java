package io.sparksr.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;

/** Batches as arrays. */
final class Images {
  private Images() {}

  /** Square images (N, 3, S, S): the batch's memory itself on the processor, else an upload. */
  static NDArray of(NDManager manager, ByteBuffer pixels, int count) {
    long side = Math.round(Math.sqrt(pixels.capacity() / (3.0 * Float.BYTES * count)));
    // A ByteBuffer: DJL wraps a direct one and copies any other kind.
    return manager.create(pixels, new Shape(count, 3, side, side), DataType.FLOAT32);
  }
}
