package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.LocalFileStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
  private final FileStore files = new LocalFileStore();
  @TempDir Path folder;

  @Test
  void loadedNetworkHasTheRangesOfItsDescription() throws IOException {
    SuperResolutionNetwork network =
        load(", \"inputRange\": \"unit\", \"outputRange\": \"imagenet\"");
    assertThat(network.inputRange()).isEqualTo(ValueRange.UNIT);
    assertThat(network.outputRange()).isEqualTo(ValueRange.IMAGENET);
    ModelDescription description = ModelDescription.of(network, 7);
    assertThat(description.inputRange()).isEqualTo("unit");
    assertThat(description.outputRange()).isEqualTo("imagenet");
  }

  @Test
  void descriptionWithoutRangesKeepsTheNetworksOwn() throws IOException {
    SuperResolutionNetwork network = load("");
    assertThat(network.inputRange()).isEqualTo(ValueRange.IMAGENET);
    assertThat(network.outputRange()).isEqualTo(ValueRange.SIGNED);
  }

  @Test
  void unknownRangeIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> load(", \"inputRange\": \"bgr\""))
        .isInstanceOf(UserException.class)
        .hasMessage(
            folder
                + "/model.json: inputRange: unknown range 'bgr'; known are imagenet, signed, unit");
  }

  private SuperResolutionNetwork load(String ranges) throws IOException {
    String json =
        "{\"network\": \"srresnet\", \"channels\": 2, \"blocks\": 1, \"largeKernel\": 3,"
            + " \"smallKernel\": 3, \"scale\": 2"
            + ranges
            + ", \"step\": 7}";
    files.writeBytes(folder + "/model.json", json.getBytes(StandardCharsets.UTF_8));
    try (NDManager manager = NDManager.newBaseManager()) {
      FlatParameters parameters =
          new FlatParameters(
              Networks.create(new NetworkSettings("srresnet", 2, 1, 3, 3, 2), Precision.FP32),
              manager);
      try (OutputStream out = files.create(folder + "/model.safetensors")) {
        Safetensors.write(out, parameters.tensors(), Map.of());
      }
      return ModelFolder.load(files, folder.toString(), Precision.FP32, manager);
    }
  }
}
