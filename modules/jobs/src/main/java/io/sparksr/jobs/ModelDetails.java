package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Precision;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.TensorSpec;
import java.io.IOException;
import java.util.List;

/**
 * What a model is made of.
 *
 * @param folder of the model: of a run, its newest checkpoint
 * @param description with the network's own ranges where it names none
 * @param tensors in the network's order
 * @param fingerprint SHA-256 of the weights
 */
public record ModelDetails(
    String folder, ModelDescription description, List<TensorSpec> tensors, String fingerprint) {

  /**
   * Looks at a model.
   *
   * @param uri of a run, a checkpoint or a model folder
   * @throws UserException (input) if there is no model, or its description is wrong
   */
  public static ModelDetails of(FileStore files, String uri) throws IOException {
    ModelRef model = ModelRef.resolve(files, uri);
    if (model.builtIn()) {
      throw UserException.input(uri + ": is an interpolation, without weights. Name a model");
    }
    ModelDescription written = ModelFolder.describe(files, model.folder());
    SuperResolutionNetwork network;
    try {
      network = written.create(Precision.FP32);
    } catch (IllegalArgumentException e) {
      throw UserException.input(
          Uris.child(model.folder(), ModelFolder.DESCRIPTION) + ": " + e.getMessage(), e);
    }
    ModelDescription description =
        ModelDescription.of(network, written.step()).from(written.origin());
    return new ModelDetails(model.folder(), description, network.tensors(), model.fingerprint());
  }

  /** Number of values that training changes. */
  public long parameters() {
    return tensors.stream().filter(t -> !t.buffer()).mapToLong(TensorSpec::size).sum();
  }
}
