package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
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
  private final ByteBuffer values;
  private final ByteBuffer statistics;
  private final NDArray valuesArray;
  private final NDArray statisticsArray;

  /**
   * An average that begins with the present values.
   *
   * @param decay in (0, 1); 0.999 is usual
   */
  public WeightAverage(FlatParameters parameters, double decay) {
    this.parameters = parameters;
    this.decay = decay;
    this.values = FlatParameters.allocate(parameters.size());
    this.statistics = FlatParameters.allocate(parameters.statistics().limit());
    this.valuesArray = parameters.flatArray(values);
    this.statisticsArray = parameters.flatArray(statistics);
    restart();
  }

  /** Sets the average to the network's present values. */
  public void restart() {
    FlatParameters.floats(values).put(parameters.values());
    FlatParameters.floats(statistics).put(parameters.statistics());
  }

  /** Takes the network's present values into the average. */
  public void update() {
    try (NDArray constant = parameters.manager().create(decay)) {
      lerp(valuesArray, parameters.valuesArray(), constant);
      if (statistics.capacity() > 0) {
        lerp(statisticsArray, parameters.statisticsArray(), constant);
      }
    }
  }

  /** The averages by the network's names, sharing memory with this. */
  public List<NamedTensor> tensors() {
    List<NamedTensor> tensors = new ArrayList<>();
    int valueOffset = 0;
    int statisticOffset = 0;
    for (TensorSpec spec : parameters.specs()) {
      int offset = spec.buffer() ? statisticOffset : valueOffset;
      FloatBuffer all = FlatParameters.floats(spec.buffer() ? statistics : values);
      tensors.add(new NamedTensor(spec.name(), spec.shape(), all.slice(offset, spec.size())));
      if (spec.buffer()) {
        statisticOffset += spec.size();
      } else {
        valueOffset += spec.size();
      }
    }
    return tensors;
  }

  private void lerp(NDArray average, NDArray value, NDArray constant) {
    parameters.ops().run("ema", false, average, value, constant).close();
  }
}
