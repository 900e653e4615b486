package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The values of a network in three flat float32 arrays: parameters, their gradients, and the
 * running statistics of batch norm. Each tensor of the network is a view into them, in the order of
 * {@link NamedNetwork#tensors()}, so that averaging, updating and saving each handle one array.
 *
 * <p>On the processor the buffers that it hands out are the memory that libtorch computes with, and
 * nothing is ever copied. On a GPU they are memory of the host: each call for a buffer copies the
 * device's values into it, and what is written there reaches the device with {@link
 * #valuesChanged}, {@link #gradientsChanged} or {@link #statisticsChanged}, which do nothing on the
 * processor.
 *
 * <p>Confined to the thread of its replica. The memory lives as long as the manager.
 */
public final class FlatParameters {
  private final NamedNetwork network;
  private final NDManager manager;
  private final TorchOps ops;
  private final boolean copied;
  private final FlatArray values;
  private final FlatArray statistics;
  private FlatArray gradients;
  // The gradients' storage is ours as long as these are held.
  private List<NDArray> aliasedGradients;

  /**
   * Allocates the values of a network, all zero, and connects them with it.
   *
   * @param network has no values yet
   * @param manager owns the arrays; its device is where the network computes
   */
  public FlatParameters(NamedNetwork network, NDManager manager) {
    this(network, manager, manager.getDevice().isGpu());
  }

  /**
   * The same on a device.
   *
   * @param manager made by {@code device}
   */
  public FlatParameters(NamedNetwork network, NDManager manager, ComputeDevice device) {
    this(network, manager, device.kind() != ComputeDevice.Kind.CPU);
  }

  private FlatParameters(NamedNetwork network, NDManager manager, boolean copied) {
    this.network = network;
    this.manager = manager;
    this.ops = new TorchOps(manager);
    this.copied = copied;
    this.values = newArray(total(false));
    this.statistics = newArray(total(true));
    connect();
  }

  private void connect() {
    int value = 0;
    int statistic = 0;
    for (TensorSpec spec : network.tensors()) {
      NDArray array =
          spec.buffer()
              ? statistics.part(statistic, spec.shape())
              : values.part(value, spec.shape());
      network.getDirectParameters().get(spec.name()).setArray(array);
      array.setRequiresGradient(!spec.buffer());
      if (spec.buffer()) {
        statistic += spec.size();
      } else {
        value += spec.size();
      }
    }
  }

  /** Gives every tensor its initial value, a pure function of the seed. */
  public void initialise(long seed) {
    List<NamedTensor> tensors = hostTensors();
    int next = 0;
    for (TensorSpec spec : network.tensors()) {
      spec.initialise(seed, tensors.get(next++).values());
    }
    changed();
  }

  /** All parameters, one after the other. */
  public FloatBuffer values() {
    return values.pull();
  }

  /** Lets the network see what was written into {@link #values}. */
  public void valuesChanged() {
    values.push();
  }

  /** The running means and variances of batch norm, possibly none. */
  public FloatBuffer statistics() {
    return statistics.pull();
  }

  /** Lets the network see what was written into {@link #statistics}. */
  public void statisticsChanged() {
    statistics.push();
  }

  /**
   * The gradients of all parameters, which back-propagation adds to. Call it after the first
   * back-propagation; from then on it is the same memory.
   */
  public FloatBuffer gradients() {
    return flatGradients().pull();
  }

  /** Lets the optimizer see what was written into {@link #gradients}. */
  public void gradientsChanged() {
    flatGradients().push();
  }

  /** Sets all gradients to zero before a new step. */
  public void zeroGradients() {
    if (gradients != null) {
      ops.run("zero", false, gradients.array()).close();
    }
  }

  /**
   * The parameters and statistics by name, in memory of {@link #values} and {@link #statistics}.
   */
  public List<NamedTensor> tensors() {
    return named(values.pull(), statistics.pull());
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
    for (NamedTensor tensor : hostTensors()) {
      tensor.values().put(fitting.get(next++).values().duplicate().rewind());
    }
    changed();
  }

  /** Parts of two flat buffers in this order, by the names of the tensors. */
  List<NamedTensor> named(FloatBuffer allValues, FloatBuffer allStatistics) {
    List<NamedTensor> tensors = new ArrayList<>();
    int value = 0;
    int statistic = 0;
    for (TensorSpec spec : network.tensors()) {
      FloatBuffer part =
          spec.buffer()
              ? allStatistics.slice(statistic, spec.size())
              : allValues.slice(value, spec.size());
      tensors.add(new NamedTensor(spec.name(), spec.shape(), part));
      if (spec.buffer()) {
        statistic += spec.size();
      } else {
        value += spec.size();
      }
    }
    return tensors;
  }

  /** An array of zeros on the device of the network. */
  FlatArray newArray(int size) {
    return new FlatArray(manager, ops, size, copied);
  }

  NDArray valuesArray() {
    return values.array();
  }

  NDArray statisticsArray() {
    return statistics.array();
  }

  NDArray gradientsArray() {
    return flatGradients().array();
  }

  TorchOps ops() {
    return ops;
  }

  int size() {
    return values.size();
  }

  int statisticsSize() {
    return statistics.size();
  }

  private List<NamedTensor> hostTensors() {
    return named(values.host(), statistics.host());
  }

  private void changed() {
    values.push();
    statistics.push();
  }

  /**
   * Points the storage of every gradient, which libtorch made in the first back-propagation, at its
   * part of one array.
   */
  private FlatArray flatGradients() {
    if (gradients != null) {
      return gradients;
    }
    gradients = newArray(size());
    aliasedGradients = new ArrayList<>();
    int offset = 0;
    for (TensorSpec spec : network.tensors()) {
      if (!spec.buffer()) {
        NDArray gradient = network.getDirectParameters().get(spec.name()).getArray().getGradient();
        try (NDArray memory = gradients.part(offset, spec.shape())) {
          ops.run("copy", false, memory, gradient).close();
          ops.run("alias", false, gradient, memory).close();
        }
        aliasedGradients.add(gradient);
        offset += spec.size();
      }
    }
    return gradients;
  }

  private int total(boolean buffers) {
    return network.tensors().stream()
        .filter(t -> t.buffer() == buffers)
        .mapToInt(TensorSpec::size)
        .sum();
  }
}
