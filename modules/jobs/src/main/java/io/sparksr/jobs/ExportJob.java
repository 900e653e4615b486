package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import io.sparksr.inference.DjlModel;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.foreign.StateDict;
import io.sparksr.nn.onnx.OnnxModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a model for other programs; runs on the driver alone. */
public final class ExportJob {
  private final FileStore files;

  /** A job that reads and writes here. */
  public ExportJob(FileStore files) {
    this.files = files;
  }

  /**
   * What to export.
   *
   * @param model URI of a run, a checkpoint or a model folder
   * @param format to write
   * @param output URI of the file to make; of the folder for {@link ExportFormat#DJL}
   * @param existing what to do where something else is there
   */
  public record Request(String model, ExportFormat format, String output, Existing existing) {}

  /**
   * What was made.
   *
   * @param details of the model
   * @param bytes by the URI of each file
   */
  public record Exported(ModelDetails details, Map<String, Long> bytes) {}

  /**
   * Exports.
   *
   * @throws UserException (input) if there is no model, it is damaged, or the output holds
   *     something else
   */
  public Exported run(Request request) throws IOException {
    ModelDetails details = ModelDetails.of(files, request.model);
    try (NDManager manager = ComputeDevice.cpu().newManager()) {
      Loaded loaded = load(details, manager);
      Map<String, byte[]> made = new LinkedHashMap<>();
      switch (request.format) {
        case SAFETENSORS -> made.put(request.output, stateDict(loaded));
        case ONNX -> made.put(request.output, onnx(loaded, manager));
        case DJL -> {
          made.put(DjlModel.PROPERTIES, DjlModel.properties());
          made.put(DjlModel.PARAMETERS, DjlModel.parameters(loaded.network, manager));
          made.put(ModelFolder.WEIGHTS, stateDict(loaded));
        }
      }
      return new Exported(
          details,
          request.format == ExportFormat.DJL
              ? writeFolder(request, details.description(), made)
              : writeFile(request, made.get(request.output)));
    }
  }

  private record Loaded(
      ModelDescription description, SuperResolutionNetwork network, List<NamedTensor> tensors) {}

  private Loaded load(ModelDetails details, NDManager manager) throws IOException {
    String weights = Uris.child(details.folder(), ModelFolder.WEIGHTS);
    SuperResolutionNetwork network = details.description().create(Precision.FP32);
    FlatParameters parameters = new FlatParameters(network, manager);
    parameters.load(Safetensors.read(files.readBytes(weights), weights), weights);
    return new Loaded(details.description(), network, parameters.tensors());
  }

  private static byte[] stateDict(Loaded model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StateDict.write(model.description, model.tensors, out);
    return out.toByteArray();
  }

  private static byte[] onnx(Loaded model, NDManager manager) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OnnxModel.write(model.network, model.description, model.tensors, manager, out);
    return out.toByteArray();
  }

  private Map<String, Long> writeFile(Request request, byte[] content) throws IOException {
    Optional<FileEntry> there = files.status(request.output);
    if (there.isPresent() && there.get().directory()) {
      throw UserException.input(
          request.output + ": is a folder. Name the file to make as --output");
    }
    if (there.isPresent()
        && request.existing != Existing.OVERWRITE
        && !Sha256.of(files, request.output).equals(Sha256.of(content))) {
      throw UserException.input(
          request.output
              + ": is there already and differs. Choose another --output, or add --overwrite");
    }
    files.writeBytes(request.output, content);
    return Map.of(request.output, (long) content.length);
  }

  private Map<String, Long> writeFolder(
      Request request, ModelDescription description, Map<String, byte[]> made) throws IOException {
    OutputFolder folder =
        new OutputFolder(
            files,
            request.output,
            ModelFolder.DESCRIPTION,
            "a model",
            List.of(ModelFolder.WEIGHTS, DjlModel.PROPERTIES, "model-"));
    folder.claimModel(description, request.existing);
    Map<String, Long> bytes = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> file : made.entrySet()) {
      String uri = Uris.child(request.output, file.getKey());
      files.writeBytes(uri, file.getValue());
      bytes.put(uri, (long) file.getValue().length);
    }
    folder.complete(description);
    String uri = Uris.child(request.output, ModelFolder.DESCRIPTION);
    bytes.put(uri, (long) JsonCodec.document(description).length);
    return bytes;
  }
}
