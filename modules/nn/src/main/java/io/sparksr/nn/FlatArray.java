package io.sparksr.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * One flat float32 array of a network, which libtorch computes with and the JVM reads and writes.
 * Where the network computes on the processor both use the same memory; otherwise the JVM has a
 * copy, and one copy each way brings them in line.
 */
final class FlatArray {
  private final TorchOps ops;
  private final FloatBuffer host;
  private final NDArray hostArray;
  private final NDArray array;

  /**
   * An array of zeros.
   *
   * @param manager owns the arrays; its device is where the network computes
   * @param copied whether host and device are apart
   */
  FlatArray(NDManager manager, TorchOps ops, int size, boolean copied) {
    this.ops = ops;
    ByteBuffer memory =
        ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES))
            .order(ByteOrder.nativeOrder());
    this.host = memory.asFloatBuffer();
    Shape shape = new Shape(size);
    this.hostArray =
        JniUtils.createNdFromByteBuffer(
            (PtNDManager) manager,
            memory,
            shape,
            DataType.FLOAT32,
            SparseFormat.DENSE,
            Device.cpu());
    this.array = copied ? manager.zeros(shape) : hostArray;
  }

  /** The array on the device. */
  NDArray array() {
    return array;
  }

  int size() {
    return host.limit();
  }

  /** A part of the array as a tensor that shares its memory; belongs to its manager. */
  NDArray part(int offset, long... shape) {
    long end = offset + new Shape(shape).size();
    try (NDArray flat = array.get(new NDIndex().addSliceDim(offset, end))) {
      return flat.reshape(shape);
    }
  }

  /** The memory of the host, as it was after the last {@link #pull}. */
  FloatBuffer host() {
    return host.duplicate().rewind();
  }

  /** The memory of the host with what the device holds now. */
  FloatBuffer pull() {
    copy(hostArray, array);
    return host();
  }

  /** Gives the device what was written into the memory of the host. */
  void push() {
    copy(array, hostArray);
  }

  private void copy(NDArray target, NDArray source) {
    if (target != source) {
      ops.run("copy", false, target, source).close();
    }
  }
}
