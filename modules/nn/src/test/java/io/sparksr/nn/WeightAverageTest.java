package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WeightAverageTest {
  private static final String STATISTIC = "conv_block2.conv_block.1.running_var";
  private static final String WEIGHT = "conv_block1.conv_block.0.weight";

  @Test
  void averageOfWeightsAndStatisticsFollowsTheRecurrence() {
    NetworkSettings settings = new NetworkSettings("srresnet", 4, 1, 9, 3, 2);
    try (NDManager manager = NDManager.newBaseManager()) {
      FlatParameters parameters =
          new FlatParameters(Networks.create(settings, Precision.FP32), manager);
      fill(parameters, 1);
      WeightAverage average = new WeightAverage(parameters, 0.75);
      fill(parameters, 3);
      average.update(); // 0.75 * 1 + 0.25 * 3
      fill(parameters, -1);
      average.update(); // 0.75 * 1.5 + 0.25 * -1

      Map<String, NamedTensor> tensors =
          average.tensors().stream()
              .collect(Collectors.toMap(NamedTensor::name, Function.identity()));
      assertThat(tensors.keySet())
          .isEqualTo(
              parameters.tensors().stream().map(NamedTensor::name).collect(Collectors.toSet()));
      for (String name : new String[] {WEIGHT, STATISTIC}) {
        FloatBuffer values = tensors.get(name).values();
        assertThat(values.get(values.limit() - 1)).as(name).isCloseTo(0.875f, within(1e-6f));
      }
    }
  }

  @Test
  void tensorsOfAFreshAverageEqualTheNetworks() {
    NetworkSettings settings = new NetworkSettings("srresnet", 4, 1, 9, 3, 2);
    try (NDManager manager = NDManager.newBaseManager()) {
      FlatParameters parameters =
          new FlatParameters(Networks.create(settings, Precision.FP32), manager);
      parameters.initialise(5);
      Map<String, NamedTensor> network =
          parameters.tensors().stream()
              .collect(Collectors.toMap(NamedTensor::name, Function.identity()));
      for (NamedTensor tensor : new WeightAverage(parameters, 0.9).tensors()) {
        NamedTensor expected = network.get(tensor.name());
        assertThat(tensor.shape()).isEqualTo(expected.shape());
        assertThat(tensor.values().duplicate().rewind())
            .as(tensor.name())
            .isEqualTo(expected.values().duplicate().rewind());
      }
    }
  }

  private static void fill(FlatParameters parameters, float value) {
    for (FloatBuffer buffer : new FloatBuffer[] {parameters.values(), parameters.statistics()}) {
      for (int i = 0; i < buffer.limit(); i++) {
        buffer.put(i, value);
      }
    }
  }
}
