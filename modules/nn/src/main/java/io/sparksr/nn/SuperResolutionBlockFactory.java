package io.sparksr.nn;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import io.sparksr.core.UserException;
import io.sparksr.core.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes the network that {@code model.json} describes, without values: how DJL's model loading gets
 * at it, which then reads the values from the {@code .params} file beside.
 */
public final class SuperResolutionBlockFactory implements BlockFactory {
  private static final long serialVersionUID = 1L;

  /**
   * The network of a folder.
   *
   * @param modelPath the folder on the local disk
   * @return a {@link SuperResolutionNetwork} in float32
   * @throws UserException (input) if {@code model.json} is missing or wrong
   */
  @Override
  public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) throws IOException {
    String folder = modelPath.toString();
    ModelDescription description = ModelFolder.describe(new LocalFileStore(), folder);
    try {
      return description.create(Precision.FP32);
    } catch (IllegalArgumentException e) {
      throw UserException.input(
          modelPath.resolve(ModelFolder.DESCRIPTION) + ": " + e.getMessage(), e);
    }
  }
}
