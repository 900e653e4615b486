package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.SuperResolutionNetwork;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A model folder with the values that training begins with. */
final class RandomModel {
  private RandomModel() {}

  /** Writes one, the same each time, and returns its path. */
  static String write(Path folder, int channels) throws IOException {
    NetworkSettings settings = new NetworkSettings("msrresnet", channels, 1, 3, 3, 4);
    return write(folder, ModelDescription.of(settings, 0));
  }

  /** Writes the network of a description, the same each time, and returns its path. */
  static String write(Path folder, ModelDescription description) throws IOException {
    Files.createDirectories(folder);
    SuperResolutionNetwork network = Networks.create(description.settings(), Precision.FP32);
    try (NDManager manager = NDManager.newBaseManager();
        OutputStream out = Files.newOutputStream(folder.resolve(ModelFolder.WEIGHTS))) {
      FlatParameters parameters = new FlatParameters(network, manager);
      parameters.initialise(1);
      FloatBuffer statistics = parameters.statistics();
      for (int i = 0; i < statistics.limit(); i++) {
        statistics.put(i, statistics.get(i) + i % 7 * 0.01f);
      }
      parameters.statisticsChanged();
      Safetensors.write(out, parameters.tensors(), Map.of());
    }
    Files.write(folder.resolve(ModelFolder.DESCRIPTION), JsonCodec.document(description));
    return folder.toString();
  }
}
