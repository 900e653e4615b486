package io.sparksr.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The TorchScript operations of {@code ops.pt}, written by {@code src/main/python/make_ops.py}:
 * layer groups, losses and in-place updates of flat buffers as functions of tensors.
 */
final class TorchOps {
  private final NDManager manager;
  private final PtSymbolBlock module;

  /**
   * DJL chooses a module's method by the name of an array in the inputs; one such array per
   * operation.
   */
  private final Map<String, NDArray> selectors = new ConcurrentHashMap<>();

  /**
   * Loads the operations.
   *
   * @param manager owns them; they end with it
   */
  TorchOps(NDManager manager) {
    this.manager = manager;
    try (InputStream in = TorchOps.class.getResourceAsStream("ops.pt")) {
      module = JniUtils.loadModule((PtNDManager) manager, in, false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs an operation.
   *
   * @param record whether gradients will be asked of the result
   * @param inputs the first one's manager owns the result
   */
  NDArray run(String operation, boolean record, NDArray... inputs) {
    NDList list = new NDList(inputs.length + 1);
    for (NDArray input : inputs) {
      // DJL would take a dot in an array's name for a key of a dictionary.
      input.setName(null);
      list.add(input);
    }
    list.add(selectors.computeIfAbsent(operation, this::selector));
    return IValueUtils.forward(module, list, record).singletonOrThrow();
  }

  /**
   * Constants for an operation, float64, on the host wherever the operation computes: it reads them
   * one by one, and each would wait for a GPU.
   */
  NDArray constants(double... constants) {
    ByteBuffer memory =
        ByteBuffer.allocateDirect(constants.length * Double.BYTES).order(ByteOrder.nativeOrder());
    memory.asDoubleBuffer().put(constants);
    return JniUtils.createNdFromByteBuffer(
        (PtNDManager) manager,
        memory,
        new Shape(constants.length),
        DataType.FLOAT64,
        SparseFormat.DENSE,
        Device.cpu());
  }

  private NDArray selector(String operation) {
    NDArray selector = manager.create(0f);
    selector.setName("module_method:" + operation);
    return selector;
  }
}
