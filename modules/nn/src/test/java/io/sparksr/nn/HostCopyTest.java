package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The copies between host and device that a GPU needs, with the processor as the device. */
class HostCopyTest {
  private static final ComputeDevice COPYING =
      new ComputeDevice(ComputeDevice.Kind.CPU_WITH_COPIES, 0);
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 0, false);

  @Test
  void trainingWithCopiesGivesTheSameBytes() {
    assertThat(train(COPYING)).isEqualTo(train(ComputeDevice.cpu()));
  }

  /** Values, statistics, gradients, moments and averages after steps that write into each. */
  private static List<Float> train(ComputeDevice device) {
    List<Float> all = new ArrayList<>();
    try (NDManager manager = device.newManager()) {
      SuperResolutionNetwork network = network();
      FlatParameters parameters = new FlatParameters(network, manager, device);
      parameters.initialise(3);
      FlatAdam adam = new FlatAdam(parameters, ADAM);
      WeightAverage average = new WeightAverage(parameters, 0.9);
      for (int step = 0; step < 4; step++) {
        parameters.zeroGradients();
        backward(network, manager);
        scale(parameters.gradients(), 0.5f);
        parameters.gradientsChanged();
        scale(parameters.statistics(), 1.25f);
        parameters.statisticsChanged();
        adam.clipByValue(0.01);
        adam.clipByNorm(0.1);
        adam.step(1e-3);
        average.update();
      }
      scale(adam.firstMoment(), 2);
      scale(adam.secondMoment(), 3);
      adam.resumeAt(7);
      adam.step(1e-3);
      scale(parameters.values(), 0.5f);
      parameters.valuesChanged();
      all.add(backward(network, manager));
      collect(parameters.values(), all);
      collect(parameters.statistics(), all);
      collect(parameters.gradients(), all);
      collect(adam.firstMoment(), all);
      average.tensors().forEach(tensor -> collect(tensor.values(), all));
      average.restart();
      average.tensors().forEach(tensor -> collect(tensor.values(), all));
    }
    return all;
  }

  @Test
  void whatIsWrittenReachesTheDeviceOnlyWhenItIsTold() {
    try (NDManager manager = COPYING.newManager()) {
      SuperResolutionNetwork network = network();
      FlatParameters parameters = new FlatParameters(network, manager, COPYING);
      parameters.initialise(3);
      float first = parameters.values().get(0);
      NDArray weight = network.getDirectParameters().valueAt(0).getArray();
      assertThat(weight.toFloatArray()[0]).isEqualTo(first);
      parameters.values().put(0, first + 1);
      assertThat(weight.toFloatArray()[0]).isEqualTo(first);
      parameters.values(); // the device's values again
      parameters.values().put(0, first + 2);
      parameters.valuesChanged();
      assertThat(weight.toFloatArray()[0]).isEqualTo(first + 2);
    }
  }

  @Test
  void theProcessorSharesItsMemory() {
    try (NDManager manager = ComputeDevice.cpu().newManager()) {
      SuperResolutionNetwork network = network();
      FlatParameters parameters = new FlatParameters(network, manager, ComputeDevice.cpu());
      parameters.values().put(0, 7);
      assertThat(network.getDirectParameters().valueAt(0).getArray().toFloatArray()[0])
          .isEqualTo(7);
    }
  }

  private static SuperResolutionNetwork network() {
    return Networks.create(new NetworkSettings("srresnet", 4, 1, 5, 3, 2), Precision.FP32);
  }

  private static float backward(SuperResolutionNetwork network, NDManager manager) {
    try (NDManager step = manager.newSubManager();
        Gradients gradients = Gradients.record()) {
      NDArray lr = step.arange(2 * 3 * 6 * 6).div(108).sub(1).reshape(new Shape(2, 3, 6, 6));
      NDArray hr = step.zeros(new Shape(2, 3, 12, 12));
      NDArray loss = Losses.create("mse", step).apply(network.forward(lr, true), hr);
      gradients.backward(loss, 1);
      return loss.getFloat();
    }
  }

  private static void scale(FloatBuffer values, float factor) {
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, values.get(i) * factor);
    }
  }

  private static void collect(FloatBuffer values, List<Float> all) {
    for (int i = 0; i < values.limit(); i++) {
      all.add(values.get(i));
    }
  }
}
