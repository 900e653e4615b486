package io.sparksr.cli;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A model folder with a small network that has random weights. */
final class TinyModel {
  private TinyModel() {}

  /** Writes one, the same each time. */
  static void write(Path folder, int channels, int blocks) throws IOException {
    Files.createDirectories(folder);
    NetworkSettings settings = new NetworkSettings("msrresnet", channels, blocks, 3, 3, 4);
    SuperResolutionNetwork network = Networks.create(settings, Precision.FP32);
    try (NDManager manager = NDManager.newBaseManager();
        OutputStream out = Files.newOutputStream(folder.resolve(ModelFolder.WEIGHTS))) {
      FlatParameters parameters = new FlatParameters(network, manager);
      parameters.initialise(1);
      Safetensors.write(out, parameters.tensors(), Map.of());
    }
    Files.write(
        folder.resolve(ModelFolder.DESCRIPTION),
        JsonCodec.document(ModelDescription.of(settings, 0)));
  }
}
