package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Exponential moving average of a network's values: after each update of the network, {@code
 * average = decay * average + (1 - decay) * value}, for the parameters and for the running
 * statistics of batch norm alike, so that the averaged network is one whole. It starts at the
 * network's values. Averages are float32 in flat buffers of the network's order.
 *
 * <p>Confined to the thread of its replica; its arrays belong to the parameters' manager.
 */
public final class WeightAverage {
  private final FlatParameters parameters;
  private final double decay;
  private final FlatArray values;
  private final FlatArray statistics;

  /**
   * An average that begins with the present values.
   *
   * @param decay in (0, 1); 0.999 is usual
   */
  public WeightAverage(FlatParameters parameters, double decay) {
    this.parameters = parameters;
    this.decay = decay;
    this.values = parameters.newArray(parameters.size());
    this.statistics = parameters.newArray(parameters.statisticsSize());
    restart();
  }

  /** Sets the average to the network's present values. */
  public void restart() {
    run("copy", values, parameters.valuesArray());
    run("copy", statistics, parameters.statisticsArray());
  }

  /** Takes the network's present values into the average. */
  public void update() {
    try (NDArray constant = parameters.ops().constants(decay)) {
      run("ema", values, parameters.valuesArray(), constant);
      run("ema", statistics, parameters.statisticsArray(), constant);
    }
  }

  /** The averages by the network's names, sharing memory with this; on a GPU, as they are now. */
  public List<NamedTensor> tensors() {
    return parameters.named(values.pull(), statistics.pull());
  }

  private void run(String operation, FlatArray average, NDArray... inputs) {
    NDArray[] all = new NDArray[1 + inputs.length];
    all[0] = average.array();
    System.arraycopy(inputs, 0, all, 1, inputs.length);
    parameters.ops().run(operation, false, all).close();
  }
}
