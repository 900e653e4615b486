package io.sparksr.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sparksr.nn.SuperResolutionBlockFactory;
import io.sparksr.nn.SuperResolutionNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What makes a model folder one that DJL's {@code Criteria} loads: a file that names the classes
 * which make the network and its translator, and the values in DJL's own format.
 */
public final class DjlModel {
  /** The file that DJL reads first. */
  public static final String PROPERTIES = "serving.properties";

  /** The file with the values; DJL expects the model's name and an epoch in its name. */
  public static final String PARAMETERS = "model-0000.params";

  private static final String NAME = "model";
  private static final String ENGINE = "PyTorch";

  private DjlModel() {}

  /** The content of {@link #PROPERTIES}. */
  public static byte[] properties() {
    return """
        engine=%s
        option.modelName=%s
        blockFactory=%s
        translatorFactory=%s
        """
        .formatted(
            ENGINE,
            NAME,
            SuperResolutionBlockFactory.class.getName(),
            SuperResolutionTranslatorFactory.class.getName())
        .getBytes(UTF_8);
  }

  /**
   * The content of {@link #PARAMETERS}, as DJL itself writes it.
   *
   * @param network with its values
   * @param manager that owns the values
   */
  public static byte[] parameters(SuperResolutionNetwork network, NDManager manager)
      throws IOException {
    network.initialize(manager, DataType.FLOAT32, new Shape(-1, 3, -1, -1));
    // DJL saves to the local disk only.
    Path folder = Files.createTempDirectory("sparksr-model");
    Path file = folder.resolve(PARAMETERS);
    try (Model model = Model.newInstance(NAME, ENGINE)) {
      model.setBlock(network);
      model.save(folder, NAME);
      return Files.readAllBytes(file);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }
}
