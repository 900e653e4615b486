package io.sparksr.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.sparksr.core.UserException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of a network in three flat float32 buffers: parameters, their gradients, and the
 * running statistics of batch norm. Each tensor of the network is a view into them, in the order of
 * {@link NamedNetwork#tensors()}, so that averaging, updating and saving each handle one array. The
 * buffers are direct memory shared with libtorch: nothing is copied.
 *
 * <p>Confined to the thread of its replica. The memory lives as long as the manager.
 */
public final class FlatParameters {
  private final NamedNetwork network;
  private final PtNDManager manager;
  private final TorchOps ops;
  private final Map<TensorSpec, ByteBuffer> slices = new LinkedHashMap<>();
  private final ByteBuffer values;
  private final ByteBuffer statistics;
  private final NDArray valuesArray;
  private final NDArray statisticsArray;
  private ByteBuffer gradients;
  private NDArray gradientsArray;
  private List<NDArray> aliasedGradients;

  /**
   * Allocates the values of a network, all zero, and connects them with it.
   *
   * @param network has no values yet
   * @param manager owns the arrays
   */
  public FlatParameters(NamedNetwork network, NDManager manager) {
    this.network = network;
    this.manager = (PtNDManager) manager;
    this.ops = new TorchOps(manager);
    this.values = allocate(total(false));
    this.statistics = allocate(total(true));
    connect();
    this.valuesArray = flatArray(values);
    this.statisticsArray = flatArray(statistics);
  }

  private void connect() {
    int valueOffset = 0;
    int statisticOffset = 0;
    for (TensorSpec spec : network.tensors()) {
      int bytes = spec.size() * Float.BYTES;
      ByteBuffer slice =
          slice(
              spec.buffer() ? statistics : values,
              spec.buffer() ? statisticOffset : valueOffset,
              bytes);
      slices.put(spec, slice);
      NDArray array = array(slice, new Shape(spec.shape()));
      network.getDirectParameters().get(spec.name()).setArray(array);
      array.setRequiresGradient(!spec.buffer());
      if (spec.buffer()) {
        statisticOffset += bytes;
      } else {
        valueOffset += bytes;
      }
    }
  }

  /** Gives every tensor its initial value, a pure function of the seed. */
  public void initialise(long seed) {
    slices.forEach((spec, slice) -> spec.initialise(seed, slice.asFloatBuffer()));
  }

  /** All parameters, one after the other; changes are seen by the network at once. */
  public FloatBuffer values() {
    return floats(values);
  }

  /**
   * The running means and variances of batch norm, possibly none; changes are seen by the network
   * at once.
   */
  public FloatBuffer statistics() {
    return floats(statistics);
  }

  /**
   * The gradients of all parameters, which back-propagation adds to. Call it after the first
   * back-propagation; from then on it is the same memory.
   */
  public FloatBuffer gradients() {
    if (aliasedGradients == null) {
      aliasGradients();
    }
    return floats(gradients);
  }

  /** Sets all gradients to zero before a new step. */
  public void zeroGradients() {
    if (aliasedGradients != null) {
      ops.run("zero", false, gradientsArray).close();
    }
  }

  /** The parameters and statistics by name, sharing memory with the network. */
  public List<NamedTensor> tensors() {
    List<NamedTensor> tensors = new ArrayList<>();
    slices.forEach(
        (spec, slice) ->
            tensors.add(new NamedTensor(spec.name(), spec.shape(), slice.asFloatBuffer())));
    return tensors;
  }

  /**
   * Copies values by name. Names that the network does not have, such as {@code
   * num_batches_tracked}, are left alone.
   *
   * @param source where they come from, for the error message
   * @throws UserException (input) if a tensor is missing or has another shape
   */
  public void load(Map<String, NamedTensor> tensors, String source) {
    List<NamedTensor> fitting = network.fitting(tensors, source);
    int next = 0;
    for (ByteBuffer slice : slices.values()) {
      slice.asFloatBuffer().put(fitting.get(next++).values().duplicate().rewind());
    }
  }

  NDArray valuesArray() {
    return valuesArray;
  }

  NDArray statisticsArray() {
    return statisticsArray;
  }

  List<TensorSpec> specs() {
    return network.tensors();
  }

  NDArray gradientsArray() {
    return gradientsArray;
  }

  PtNDManager manager() {
    return manager;
  }

  TorchOps ops() {
    return ops;
  }

  int size() {
    return values.capacity() / Float.BYTES;
  }

  /**
   * Points the storage of every gradient, which libtorch made in the first back-propagation, at its
   * part of one buffer.
   */
  private void aliasGradients() {
    gradients = allocate(size());
    gradientsArray = flatArray(gradients);
    aliasedGradients = new ArrayList<>();
    int offset = 0;
    for (TensorSpec spec : network.tensors()) {
      if (spec.buffer()) {
        continue;
      }
      ByteBuffer slice = slice(gradients, offset, spec.size() * Float.BYTES);
      offset += slice.capacity();
      NDArray gradient = network.getDirectParameters().get(spec.name()).getArray().getGradient();
      slice.asFloatBuffer().put(gradient.toFloatArray());
      NDArray memory = array(slice, gradient.getShape());
      ops.run("alias", false, gradient, memory).close();
      memory.close();
      aliasedGradients.add(gradient);
    }
  }

  private int total(boolean buffers) {
    return network.tensors().stream()
        .filter(t -> t.buffer() == buffers)
        .mapToInt(TensorSpec::size)
        .sum();
  }

  NDArray flatArray(ByteBuffer buffer) {
    return array(buffer, new Shape(buffer.capacity() / Float.BYTES));
  }

  private NDArray array(ByteBuffer buffer, Shape shape) {
    return JniUtils.createNdFromByteBuffer(
        manager, buffer, shape, DataType.FLOAT32, SparseFormat.DENSE, Device.cpu());
  }

  static ByteBuffer allocate(int floats) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
        .order(ByteOrder.nativeOrder());
  }

  private static ByteBuffer slice(ByteBuffer buffer, int offset, int bytes) {
    return buffer.slice(offset, bytes).order(ByteOrder.nativeOrder());
  }

  static FloatBuffer floats(ByteBuffer buffer) {
    return buffer.duplicate().order(ByteOrder.nativeOrder()).rewind().asFloatBuffer();
  }
}
