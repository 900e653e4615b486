package io.sparksr.training;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.FlatAdam;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.NamedNetwork;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.WeightAverage;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A network's values with their optimizer, and their moving average where one is kept. */
final class TrainedNetwork {
  // Where checkpoints hold the average as the model, what is trained is beside it.
  private static final String RAW_VALUES = "raw.values";
  private static final String RAW_STATISTICS = "raw.statistics";

  private final TrainSettings settings;
  private final FlatParameters parameters;
  private final FlatAdam adam;
  private final Optional<WeightAverage> average;

  private TrainedNetwork(
      NamedNetwork network,
      NDManager manager,
      ComputeDevice device,
      TrainSettings settings,
      double emaDecay) {
    this.settings = settings;
    parameters = new FlatParameters(network, manager, device);
    parameters.initialise(settings.seed());
    adam = new FlatAdam(parameters, settings.adam());
    average =
        emaDecay > 0 ? Optional.of(new WeightAverage(parameters, emaDecay)) : Optional.empty();
  }

  /**
   * A network at its initial values for the seed, whose moving average is kept if the settings say
   * so.
   *
   * @param manager made by {@code device}; owns all arrays
   */
  static TrainedNetwork averaged(
      NamedNetwork network, NDManager manager, ComputeDevice device, TrainSettings settings) {
    return new TrainedNetwork(network, manager, device, settings, settings.emaDecay());
  }

  /** The same without a moving average. */
  static TrainedNetwork plain(
      NamedNetwork network, NDManager manager, ComputeDevice device, TrainSettings settings) {
    return new TrainedNetwork(network, manager, device, settings, 0);
  }

  /** Begins at other values than the seed's. */
  void start(Map<String, NamedTensor> tensors, String source) {
    parameters.load(tensors, source);
    average.ifPresent(WeightAverage::restart);
  }

  /** The values and gradients. */
  FlatParameters parameters() {
    return parameters;
  }

  /** Averages what back-propagation left with the other replicas, clips it and updates. */
  void update(double share, double learningRate, Averaging averaging) {
    averaging.average(parameters, share);
    // The optimizer looks at the flat gradients, which the first back-propagation made.
    if (settings.clipValue() > 0) {
      adam.clipByValue(settings.clipValue());
    }
    if (settings.clipNorm() > 0) {
      adam.clipByNorm(settings.clipNorm());
    }
    adam.step(learningRate);
    average.ifPresent(WeightAverage::update);
  }

  /** The moving average where one is kept, else the values. */
  List<NamedTensor> model() {
    return average.map(WeightAverage::tensors).orElseGet(parameters::tensors);
  }

  /** What resuming needs beside {@link #model}, each name beginning with {@code prefix}. */
  List<NamedTensor> state(String prefix) {
    List<NamedTensor> state = new ArrayList<>();
    state.add(flat(prefix + "adam.m", adam.firstMoment()));
    state.add(flat(prefix + "adam.v", adam.secondMoment()));
    if (average.isPresent()) {
      state.add(flat(prefix + RAW_VALUES, parameters.values()));
      state.add(flat(prefix + RAW_STATISTICS, parameters.statistics()));
    }
    return state;
  }

  /**
   * Continues from saved values.
   *
   * @param updates how many they have seen
   * @throws UserException (input) if they do not fit
   */
  void restore(
      Map<String, NamedTensor> model,
      Map<String, NamedTensor> state,
      String prefix,
      long updates,
      String source) {
    start(model, source);
    if (average.isPresent()) {
      copy(state.get(prefix + RAW_VALUES), parameters.values(), source);
      copy(state.get(prefix + RAW_STATISTICS), parameters.statistics(), source);
      parameters.valuesChanged();
      parameters.statisticsChanged();
    }
    copy(state.get(prefix + "adam.m"), adam.firstMoment(), source);
    copy(state.get(prefix + "adam.v"), adam.secondMoment(), source);
    adam.resumeAt(updates);
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
}
