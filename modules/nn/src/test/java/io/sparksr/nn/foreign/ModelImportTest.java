package io.sparksr.nn.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.core.UserException;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.ValueRange;
import io.sparksr.testkit.NumpyArray;
import io.sparksr.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelImportTest {
  private static final NetworkSettings SMALL = new NetworkSettings("srresnet", 2, 1, 3, 3, 2);

  @ParameterizedTest
  @CsvSource({
    "float_zip.pt, ''",
    "float_legacy.pth, ''",
    "prefixed.pt, ''",
    "nested.pt, nested.state_dict",
    "srresnet_zip.pth.tar, model",
    "srresnet_legacy.pth.tar, model",
    "srgan_zip.pth.tar, generator",
    "srgan_legacy.pth.tar, generator",
    "float.safetensors, ''",
    "float.npz, ''",
  })
  void generatorIsFoundWithItsSettingsAndValues(String file, String part) throws IOException {
    ModelImport imported = imported(file, NameMapping.NONE);
    assertThat(imported.description().settings()).isEqualTo(SMALL);
    assertThat(imported.description().origin().part()).isEqualTo(part);
    assertThat(imported.description().inputRange()).isEqualTo("imagenet");
    Map<String, NamedTensor> expected =
        Safetensors.read(WeightFileTest.bytes("expected.safetensors"), "expected");
    assertThat(imported.tensors()).hasSize(expected.size());
    for (NamedTensor tensor : imported.tensors()) {
      assertThat(tensor.values()).isEqualTo(expected.get(tensor.name()).values());
    }
  }

  @Test
  void prefixesAndRulesAreListedWithWhatTheyRenamed() throws IOException {
    assertThat(imported("prefixed.pt", NameMapping.NONE).description().origin().rules())
        .containsExactly("prefix 'module.' removed from all 27 names");
    NameMapping mapping =
        new NameMapping(
            "unit", "signed", List.of(new NameMapping.Rule("^(conv_block3)\\.", "$1.")));
    ModelImport imported = imported("float_zip.pt", mapping);
    assertThat(imported.description().origin().rules())
        .containsExactly("'^(conv_block3)\\.' to '$1.': 2 names");
    assertThat(imported.description().inputRange()).isEqualTo("unit");
  }

  @Test
  void givenRangeGoesOverTheMappings() throws IOException {
    WeightFile file = WeightFile.parse(WeightFileTest.bytes("float_zip.pt"), "x.pt");
    NameMapping mapping = new NameMapping("unit", null, List.of());
    assertThat(
            ModelImport.of(file, mapping, Optional.of(ValueRange.SIGNED))
                .description()
                .inputRange())
        .isEqualTo("signed");
  }

  @Test
  void whatFitsNoNetworkIsRefusedWithItsNamesOrShapes() throws IOException {
    NameMapping foreign =
        new NameMapping(null, null, List.of(new NameMapping.Rule("^conv_block1", "head")));
    assertThatThrownBy(() -> imported("float_zip.pt", foreign))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("float_zip.pt: its tensors are named as in no network here (head.")
        .hasMessageEndingWith("Give --mapping FILE with rules that rename them");
    NameMapping missing =
        new NameMapping(null, null, List.of(new NameMapping.Rule("^conv_block3", "tail")));
    assertThatThrownBy(() -> imported("float_zip.pt", missing))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "float_zip.pt: does not fit network 'srresnet': conv_block3.conv_block.0.weight is"
                + " missing (and 1 more)");
  }

  @ParameterizedTest
  @CsvSource({
    "srresnet7_x4_duykhuongnguyen.pt, srresnet-duykhuongnguyen, srresnet7_duykhuongnguyen,"
        + " srresnet, 7",
    "srgan5_x4_leftthomas_netG_epoch_4_100.pth, srgan-leftthomas, srgan5_leftthomas,"
        + " srresnet-prelu, 5",
  })
  void publishedCheckpointsGivePyTorchsOutput(
      String file, String mapping, String golden, String network, int blocks) throws IOException {
    String uri = SharedData.path("data/weights/" + file).toString();
    byte[] rules = Files.readAllBytes(Path.of("../../conf/mappings", mapping + ".json"));
    ModelImport imported =
        ModelImport.of(
            WeightFile.read(new LocalFileStore(), uri),
            JsonCodec.parse(rules, NameMapping.class, mapping),
            Optional.empty());
    ModelDescription description = imported.description();
    assertThat(description.settings()).isEqualTo(new NetworkSettings(network, 64, blocks, 9, 3, 4));
    assertThat(description.inputRange()).isEqualTo("unit");
    assertThat(imported.leftOut()).allMatch(name -> name.endsWith("num_batches_tracked"));
    String folder = "golden/models/" + golden + "/";
    try (NDManager manager = NDManager.newBaseManager()) {
      SuperResolutionNetwork built = description.create(Precision.FP32);
      Map<String, NamedTensor> tensors = new LinkedHashMap<>();
      imported.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
      new FlatParameters(built, manager).load(tensors, uri);
      NumpyArray lr = NumpyArray.read(SharedData.path(folder + "crops_lr.npy"));
      float[] sr = built.forward(planar(manager, lr, built.inputRange()), false).toFloatArray();
      float[] expected = NumpyArray.read(SharedData.path(folder + "crops_sr.npy")).floats();
      assertThat(sr).hasSameSizeAs(expected);
      double largest = 0;
      for (int i = 0; i < sr.length; i++) {
        largest = Math.max(largest, Math.abs(sr[i] - (double) expected[i]));
      }
      assertThat(largest).isLessThan(1e-4);
    }
  }

  private static ModelImport imported(String file, NameMapping mapping) throws IOException {
    return ModelImport.of(
        WeightFile.parse(WeightFileTest.bytes(file), file), mapping, Optional.empty());
  }

  /** (N, H, W, 3) bytes to (N, 3, H, W) in the network's range. */
  private static NDArray planar(NDManager manager, NumpyArray images, ValueRange range) {
    int count = images.shape()[0];
    int pixels = images.shape()[1] * images.shape()[2];
    float[] values = new float[count * 3 * pixels];
    int position = 0;
    for (int n = 0; n < count; n++) {
      byte[] bytes = images.bytesAt(n);
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < pixels; i++) {
          values[position++] = (bytes[3 * i + c] & 0xFF) * range.scale()[c] + range.shift()[c];
        }
      }
    }
    return manager.create(values, new Shape(count, 3, images.shape()[1], images.shape()[2]));
  }
}
