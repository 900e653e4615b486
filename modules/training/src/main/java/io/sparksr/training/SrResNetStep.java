package io.sparksr.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparksr.data.Batch;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.Gradients;
import io.sparksr.nn.Loss;
import io.sparksr.nn.Losses;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.ValueRange;
import java.util.List;
import java.util.Map;

/** Training of a generator by a content loss in pixel space (paper, equation 4). */
final class SrResNetStep implements TrainingStep {
  private final NDManager manager;
  private final SuperResolutionNetwork network;
  private final TrainedNetwork trained;
  private final Loss loss;

  SrResNetStep(TrainingPlan plan, InitialGenerator initial, ComputeDevice device) {
    manager = device.newManager();
    network = initial.network();
    trained = TrainedNetwork.averaged(network, manager, device, plan.train());
    initial.start(trained);
    loss = Losses.create(plan.train().loss(), manager);
  }

  @Override
  public ValueRange lrRange() {
    return network.inputRange();
  }

  @Override
  public ValueRange hrRange() {
    return network.outputRange();
  }

  @Override
  public List<String> losses() {
    return List.of(MetricsLine.LOSS);
  }

  @Override
  public double[] run(Batch batch, double share, double learningRate, Averaging averaging) {
    double weighted = backward(batch, share, averaging) * share;
    trained.update(share, learningRate, averaging);
    return new double[] {weighted};
  }

  /** Leaves the share-weighted gradients in the flat buffer; returns the loss. */
  private double backward(Batch batch, double share, Averaging averaging) {
    trained.parameters().zeroGradients();
    try (NDManager step = manager.newSubManager();
        Gradients gradients = averaging.record()) {
      NDArray lr = Images.of(step, batch.lr(), batch.size());
      NDArray hr = Images.of(step, batch.hr(), batch.size());
      NDArray value = loss.apply(network.forward(lr, gradients), hr);
      gradients.backward(value, share);
      return value.getFloat();
    }
  }

  @Override
  public List<NamedTensor> model() {
    return trained.model();
  }

  @Override
  public ModelDescription description(long completedSteps) {
    return ModelDescription.of(network, completedSteps);
  }

  @Override
  public List<NamedTensor> optimizer() {
    return trained.state("");
  }

  @Override
  public void restore(
      Map<String, NamedTensor> model,
      Map<String, NamedTensor> optimizer,
      long completedSteps,
      String source) {
    trained.restore(model, optimizer, "", completedSteps, source);
  }

  @Override
  public void close() {
    manager.close();
  }
}
