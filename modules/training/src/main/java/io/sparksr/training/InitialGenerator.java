package io.sparksr.training;

import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.SuperResolutionNetwork;
import java.io.IOException;
import java.util.Map;

/**
 * The generator that a run starts with.
 *
 * @param network without values; with the ranges that the initial weights were trained with
 * @param tensors the initial weights; empty: the seed's
 * @param source of the weights, for messages
 */
record InitialGenerator(
    SuperResolutionNetwork network, Map<String, NamedTensor> tensors, String source) {

  /** What a plan says, read from storage where it names a model. */
  static InitialGenerator of(TrainingPlan plan, FileStore files) throws IOException {
    String uri = plan.objective().initUri();
    if (uri.isEmpty()) {
      return new InitialGenerator(Networks.create(plan.network(), plan.precision()), Map.of(), "");
    }
    String weights = Uris.child(uri, ModelFolder.WEIGHTS);
    return new InitialGenerator(
        ModelFolder.describe(files, uri).create(plan.precision()),
        Safetensors.read(files.readBytes(weights), weights),
        weights);
  }

  /** Gives the network its initial weights unless they are the seed's. */
  void start(TrainedNetwork trained) {
    if (!tensors.isEmpty()) {
      trained.start(tensors, source);
    }
  }
}
