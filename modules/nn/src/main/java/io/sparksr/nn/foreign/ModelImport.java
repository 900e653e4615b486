package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.ValueRange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A generator from a foreign file.
 *
 * @param description of the network, with the origin
 * @param tensors the network's, in its order
 * @param leftOut names in the file, as mapped, that the network has not
 */
public record ModelImport(
    ModelDescription description, List<NamedTensor> tensors, List<String> leftOut) {
  /** Where several parts fit: an average of weights is better than the last ones. */
  private static final List<String> PREFERRED =
      List.of("generator_ema", "params_ema", "ema", "generator", "params");

  /**
   * Finds the generator in a file: the part whose names, after mapping, are those of a network
   * here, whose settings follow from the shapes.
   *
   * @param inputRange what the weights were trained with, over what the mapping says
   * @throws UserException (input) if no part fits, with the tensors that do not
   */
  public static ModelImport of(
      WeightFile file, NameMapping mapping, Optional<ValueRange> inputRange) {
    List<ModelImport> fitting = new ArrayList<>();
    List<String> misfits = new ArrayList<>();
    for (WeightFile.Part part : file.parts()) {
      try {
        fitting.add(of(file, part, mapping, inputRange));
      } catch (UserException e) {
        misfits.add(e.problems().get(0));
      }
    }
    if (fitting.isEmpty()) {
      throw UserException.input(
          misfits.get(0)
              + (misfits.size() > 1 ? " (and " + (misfits.size() - 1) + " more parts)" : ""));
    }
    for (String name : PREFERRED) {
      for (ModelImport candidate : fitting) {
        if (candidate.description.origin().part().endsWith(name)) {
          return candidate;
        }
      }
    }
    return fitting.get(0);
  }

  private static ModelImport of(
      WeightFile file, WeightFile.Part part, NameMapping mapping, Optional<ValueRange> inputRange) {
    String source = file.uri() + (part.name().isEmpty() ? "" : ": " + part.name());
    NameMapping.Renamed renamed = mapping.apply(part.tensors(), source);
    NetworkSettings settings =
        new NetworkShapes(renamed.tensors())
            .settings()
            .orElseThrow(() -> unknown(source, renamed.tensors()));
    SuperResolutionNetwork network = Networks.create(settings, Precision.FP32);
    // Nothing of the network's size is allocated: a file of strangers may claim any.
    List<NamedTensor> tensors = network.fitting(renamed.tensors(), source);
    Set<String> leftOut = new LinkedHashSet<>(renamed.tensors().keySet());
    tensors.forEach(tensor -> leftOut.remove(tensor.name()));
    ModelDescription.Origin origin =
        new ModelDescription.Origin(
            file.uri(), file.sha256(), file.format(), part.name(), renamed.applied());
    ModelDescription description =
        ModelDescription.of(settings, 0)
            .withRanges(
                inputRange
                    .or(() -> range("inputRange", mapping.inputRange()))
                    .or(() -> stated(file, StateDict.INPUT_RANGE)),
                range("outputRange", mapping.outputRange())
                    .or(() -> stated(file, StateDict.OUTPUT_RANGE)))
            .from(origin);
    leftOut.addAll(part.integers());
    return new ModelImport(description, tensors, List.copyOf(leftOut));
  }

  private static Optional<ValueRange> range(String key, String name) {
    try {
      return Optional.ofNullable(name).map(given -> ValueRange.of(key, given));
    } catch (IllegalArgumentException e) {
      throw UserException.configuration("--mapping: " + e.getMessage());
    }
  }

  /** What a file that was exported here says itself. */
  private static Optional<ValueRange> stated(WeightFile file, String key) {
    try {
      return Optional.ofNullable(file.metadata().get(key)).map(text -> ValueRange.of(key, text));
    } catch (IllegalArgumentException e) {
      throw UserException.input(file.uri() + ": " + e.getMessage(), e);
    }
  }

  private static UserException unknown(String source, Map<String, NamedTensor> tensors) {
    return UserException.input(
        source
            + ": its tensors are named as in no network here ("
            + String.join(", ", tensors.keySet().stream().limit(3).toList())
            + ", ...). Give --mapping FILE with rules that rename them");
  }
}
