package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.foreign.ModelImport;
import io.sparksr.nn.foreign.NameMapping;
import io.sparksr.nn.foreign.WeightFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A trained generator that training goes on from.
 *
 * @param description of the configured network, with the ranges of the weights and their origin
 * @param tensors the network's, in its order
 */
record InitialModel(ModelDescription description, List<NamedTensor> tensors) {

  /**
   * Reads a generator.
   *
   * @param uri of a run, a checkpoint, a model folder, or a file of weights with the tutorial's
   *     names
   * @param network what the weights must fit
   * @throws UserException (input) if there is no model, or it does not fit: with the shapes
   */
  static InitialModel read(FileStore files, String uri, NetworkSettings network)
      throws IOException {
    Map<String, NamedTensor> tensors;
    ModelDescription described;
    boolean file = files.status(uri).filter(entry -> !entry.directory()).isPresent();
    if (file) {
      ModelImport imported =
          ModelImport.of(WeightFile.read(files, uri), NameMapping.NONE, Optional.empty());
      described = imported.description();
      tensors = new LinkedHashMap<>();
      imported.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
    } else {
      ModelRef model = ModelRef.resolve(files, uri);
      if (model.builtIn()) {
        throw UserException.input(
            "--init: " + uri + " is an interpolation, without weights. Name a model");
      }
      described = ModelFolder.describe(files, model.folder());
      String weights = Uris.child(model.folder(), ModelFolder.WEIGHTS);
      tensors = Safetensors.read(files.readBytes(weights), weights);
    }
    List<NamedTensor> fitting = fitting(uri, network, described, tensors);
    ModelDescription ranges =
        ModelDescription.of(described.create(Precision.FP32), described.step());
    return new InitialModel(
        new ModelDescription(
            network.name(),
            network.channels(),
            network.blocks(),
            network.largeKernel(),
            network.smallKernel(),
            network.scale(),
            ranges.inputRange(),
            ranges.outputRange(),
            described.step(),
            described.origin()),
        fitting);
  }

  private static List<NamedTensor> fitting(
      String uri,
      NetworkSettings network,
      ModelDescription described,
      Map<String, NamedTensor> tensors) {
    try {
      return Networks.create(network, Precision.FP32).fitting(tensors, "--init: " + uri);
    } catch (UserException e) {
      throw UserException.input(
          e.problems().get(0)
              + ". Its weights are those of network.name = "
              + described.network()
              + ", channels = "
              + described.channels()
              + ", blocks = "
              + described.blocks()
              + ", large-kernel = "
              + described.largeKernel()
              + ", small-kernel = "
              + described.smallKernel()
              + ", scale = "
              + described.scale()
              + ": set these, or choose another --init",
          e);
    }
  }
}
