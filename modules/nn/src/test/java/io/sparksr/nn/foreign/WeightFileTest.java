package io.sparksr.nn.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch, NumPy and safetensors wrote; see {@code make_foreign.py}. */
class WeightFileTest {

  @ParameterizedTest
  @CsvSource({
    "float_zip.pt, expected, PyTorch zip",
    "half_zip.pt, expected_half, PyTorch zip",
    "bfloat_zip.pt, expected_bfloat, PyTorch zip",
    "double_zip.pt, expected, PyTorch zip",
    "strided_zip.pt, expected, PyTorch zip",
    "float_legacy.pth, expected, PyTorch legacy",
    "half_legacy.pth, expected_half, PyTorch legacy",
    "bfloat_legacy.pth, expected_bfloat, PyTorch legacy",
    "double_legacy.pth, expected, PyTorch legacy",
    "strided_legacy.pth, expected, PyTorch legacy",
    "cuda_zip.pt, expected, PyTorch zip",
    "cuda_legacy.pth, expected, PyTorch legacy",
    "float.safetensors, expected, safetensors",
    "half.safetensors, expected_half, safetensors",
    "bfloat.safetensors, expected_bfloat, safetensors",
    "double.safetensors, expected, safetensors",
    "float.npz, expected, npz",
    "half.npz, expected_half, npz",
    "double.npz, expected, npz",
    "compressed_fortran.npz, expected, npz",
  })
  void valuesAreThoseWrittenBitForBit(String file, String expected, String format)
      throws IOException {
    WeightFile read = WeightFile.parse(bytes(file), file);
    assertThat(read.format()).isEqualTo(format);
    assertThat(read.parts()).hasSize(1);
    assertThat(read.parts().get(0).name()).isEmpty();
    assertSame(read.parts().get(0), expected);
  }

  @ParameterizedTest
  @CsvSource({
    "zip, expected",
    "legacy, expected",
    "half_zip, expected_half",
    "half_legacy, expected_half",
    "bfloat_zip, expected_bfloat",
    "bfloat_legacy, expected_bfloat",
  })
  void moduleOfTheTutorialIsReadWithoutItsClass(String kind, String expected) throws IOException {
    String file = "srresnet_" + kind + ".pth.tar";
    WeightFile.Part part = part(file, "model");
    assertSame(part, expected);
    assertThat(part.integers()).hasSize(3).allMatch(name -> name.endsWith("num_batches_tracked"));
    assertThat(WeightFile.parse(bytes(file), file).parts())
        .extracting(WeightFile.Part::name)
        .containsExactly("model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "legacy"})
  void bothNetworksOfTheTutorialsSrganAreParts(String kind) throws IOException {
    String file = "srgan_" + kind + ".pth.tar";
    assertThat(WeightFile.parse(bytes(file), file).parts())
        .extracting(WeightFile.Part::name)
        .containsExactly("generator", "discriminator");
    assertThat(part(file, "generator").tensors()).containsKey("net.conv_block1.conv_block.0.bias");
    assertThat(part(file, "discriminator").tensors()).containsOnlyKeys("fc.weight", "fc.bias");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda_zip.pt", "cuda_legacy.pth"})
  void tensorsSavedOnGpusSaySo(String file) throws IOException {
    assertThat(new String(bytes(file), StandardCharsets.ISO_8859_1))
        .contains("cuda:0")
        .doesNotContain("cpu");
  }

  @Test
  void nestedContainersAreSearched() throws IOException {
    assertSame(part("nested.pt", "nested.state_dict"), "expected");
  }

  private static WeightFile.Part part(String file, String name) throws IOException {
    List<WeightFile.Part> parts = WeightFile.parse(bytes(file), file).parts();
    return parts.stream().filter(part -> part.name().equals(name)).findFirst().orElseThrow();
  }

  private static void assertSame(WeightFile.Part part, String expected) throws IOException {
    String name = expected + ".safetensors";
    Map<String, NamedTensor> reference = Safetensors.read(bytes(name), name);
    assertThat(part.tensors().keySet()).containsExactlyInAnyOrderElementsOf(reference.keySet());
    reference.forEach(
        (key, tensor) -> {
          assertThat(part.tensors().get(key).shape()).isEqualTo(tensor.shape());
          assertThat(part.tensors().get(key).values()).isEqualTo(tensor.values());
        });
  }

  static byte[] bytes(String name) throws IOException {
    try (InputStream in = WeightFileTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
