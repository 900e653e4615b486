package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Uris;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.ValueRange;
import io.sparksr.nn.foreign.ModelImport;
import io.sparksr.nn.foreign.NameMapping;
import io.sparksr.nn.foreign.WeightFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a model folder of a foreign file of weights; runs on the driver alone. */
public final class ImportJob {
  private final FileStore files;

  /** A job that reads and writes here. */
  public ImportJob(FileStore files) {
    this.files = files;
  }

  /**
   * What to import.
   *
   * @param input URI of a PyTorch checkpoint, a safetensors file or an {@code .npz}
   * @param output URI of the model folder to make
   * @param mapping URI of a JSON {@link NameMapping}, if names differ
   * @param inputRange what the weights were trained with, over what the mapping says
   * @param existing what to do where the folder holds another model
   */
  public record Request(
      String input,
      String output,
      Optional<String> mapping,
      Optional<ValueRange> inputRange,
      Existing existing) {}

  /**
   * Imports.
   *
   * @throws UserException (input) if the file can't be read or fits no network, or the folder holds
   *     something else
   */
  public ModelImport run(Request request) throws IOException {
    NameMapping mapping =
        request.mapping.isEmpty()
            ? NameMapping.NONE
            : JsonCodec.read(
                files, request.mapping.get(), NameMapping.class, "Name a mapping file (JSON)");
    ModelImport imported =
        ModelImport.of(WeightFile.read(files, request.input), mapping, request.inputRange);
    OutputFolder folder =
        new OutputFolder(
            files,
            request.output,
            ModelFolder.DESCRIPTION,
            "a model",
            List.of(ModelFolder.WEIGHTS));
    folder.claimModel(imported.description(), request.existing);
    try (OutputStream out = files.create(Uris.child(request.output, ModelFolder.WEIGHTS))) {
      Safetensors.write(out, imported.tensors(), Map.of("format", "pt"));
    }
    folder.complete(imported.description());
    return imported;
  }
}
