package io.sparksr.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sparksr.core.UserException;
import io.sparksr.data.Batch;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.FlatAdam;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.Gradients;
import io.sparksr.nn.Loss;
import io.sparksr.nn.Losses;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Networks;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.ValueRange;
import io.sparksr.nn.WeightAverage;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Training of a generator by a content loss in pixel space (paper, equation 4). */
final class SrResNetStep implements TrainingStep {
  // Where checkpoints hold the average as the model, what is trained is beside it.
  private static final String RAW_VALUES = "raw.values";
  private static final String RAW_STATISTICS = "raw.statistics";

  private final TrainSettings settings;
  private final NDManager manager;
  private final SuperResolutionNetwork network;
  private final FlatParameters parameters;
  private final FlatAdam adam;
  private final Loss loss;
  private final Optional<WeightAverage> average;

  SrResNetStep(TrainingPlan plan, ComputeDevice device) {
    settings = plan.train();
    manager = device.newManager();
    network = Networks.create(plan.network(), plan.precision());
    parameters = new FlatParameters(network, manager, device);
    parameters.initialise(settings.seed());
    adam = new FlatAdam(parameters, settings.adam());
    average =
        settings.emaDecay() > 0
            ? Optional.of(new WeightAverage(parameters, settings.emaDecay()))
            : Optional.empty();
    loss = Losses.create(settings.loss(), manager);
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
    averaging.average(parameters, share);
    if (settings.clipValue() > 0) {
      adam.clipByValue(settings.clipValue());
    }
    if (settings.clipNorm() > 0) {
      adam.clipByNorm(settings.clipNorm());
    }
    adam.step(learningRate);
    average.ifPresent(WeightAverage::update);
    return new double[] {weighted};
  }

  /** Leaves the share-weighted gradients in the flat buffer; returns the loss. */
  private double backward(Batch batch, double share, Averaging averaging) {
    parameters.zeroGradients();
    try (NDManager step = manager.newSubManager();
        Gradients gradients = averaging.record()) {
      NDArray lr = images(step, batch.lr(), batch.size());
      NDArray hr = images(step, batch.hr(), batch.size());
      NDArray value = loss.apply(network.forward(lr, gradients), hr);
      gradients.backward(value, share);
      return value.getFloat();
    }
  }

  @Override
  public List<NamedTensor> model() {
    return average.map(WeightAverage::tensors).orElseGet(parameters::tensors);
  }

  @Override
  public ModelDescription description(long completedSteps) {
    return ModelDescription.of(network, completedSteps);
  }

  @Override
  public List<NamedTensor> optimizer() {
    List<NamedTensor> state = new ArrayList<>();
    state.add(flat("adam.m", adam.firstMoment()));
    state.add(flat("adam.v", adam.secondMoment()));
    if (average.isPresent()) {
      state.add(flat(RAW_VALUES, parameters.values()));
      state.add(flat(RAW_STATISTICS, parameters.statistics()));
    }
    return state;
  }

  @Override
  public void restore(
      Map<String, NamedTensor> model,
      Map<String, NamedTensor> optimizer,
      long completedSteps,
      String source) {
    parameters.load(model, source);
    if (average.isPresent()) {
      average.get().restart();
      copy(optimizer.get(RAW_VALUES), parameters.values(), source);
      copy(optimizer.get(RAW_STATISTICS), parameters.statistics(), source);
      parameters.valuesChanged();
      parameters.statisticsChanged();
    }
    copy(optimizer.get("adam.m"), adam.firstMoment(), source);
    copy(optimizer.get("adam.v"), adam.secondMoment(), source);
    adam.resumeAt(completedSteps);
  }

  @Override
  public void close() {
    manager.close();
  }

  private static NamedTensor flat(String name, FloatBuffer values) {
    return new NamedTensor(name, new long[] {values.limit()}, values);
  }

  private static void copy(NamedTensor source, FloatBuffer target, String file) {
    if (source == null || source.values().limit() != target.limit()) {
      throw UserException.input(file + ": the optimizer's state does not fit the network");
    }
    target.put(source.values().duplicate().rewind());
  }

  /** Square images (N, 3, S, S): the batch's memory itself on the processor, else an upload. */
  private static NDArray images(NDManager manager, ByteBuffer pixels, int count) {
    long side = Math.round(Math.sqrt(pixels.capacity() / (3.0 * Float.BYTES * count)));
    // A ByteBuffer: DJL wraps a direct one and copies any other kind.
    return manager.create(pixels, new Shape(count, 3, side, side), DataType.FLOAT32);
  }
}
