package io.sparksr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCommandTest {
  private static final NetworkSettings SMALL = new NetworkSettings("msrresnet", 2, 3, 3, 3, 2);

  @TempDir Path folder;
  private Path input;
  private Path output;

  @BeforeEach
  void writeWeightsOfAReplicatedModule() throws IOException {
    input = folder.resolve("weights.safetensors");
    output = folder.resolve("model");
    try (NDManager manager = NDManager.newBaseManager();
        OutputStream out = Files.newOutputStream(input)) {
      FlatParameters parameters =
          new FlatParameters(Networks.create(SMALL, Precision.FP32), manager);
      parameters.initialise(4);
      List<NamedTensor> tensors = new ArrayList<>();
      for (NamedTensor tensor : parameters.tensors()) {
        tensors.add(new NamedTensor("module." + tensor.name(), tensor.shape(), tensor.values()));
      }
      Safetensors.write(out, tensors, Map.of());
    }
  }

  @Test
  void importedModelIsShownWithItsSettingsRangesAndSource() {
    Cli made = run("--input-range", "signed");
    assertThat(made.err()).isEmpty();
    assertThat(made.code()).isZero();
    assertThat(made.out()).contains("renamed: prefix 'module.' removed from all 20 names");
    Cli shown = Cli.run("model", "show", output.toString());
    assertThat(shown.code()).isZero();
    assertThat(shown.out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "network msrresnet",
            "blocks 3",
            "scale 2",
            "input range signed",
            "output range unit",
            "source " + input,
            "parameters 531",
            "body.2.conv2.weight 2x2x3x3 parameter");
  }

  @Test
  void sameImportAgainIsKeptAndAnotherRefused() throws IOException {
    assertThat(run().code()).isZero();
    byte[] weights = Files.readAllBytes(output.resolve("model.safetensors"));
    assertThat(run().code()).isZero();
    assertThat(Files.readAllBytes(output.resolve("model.safetensors"))).isEqualTo(weights);
    Cli other = run("--input-range", "imagenet");
    assertThat(other.code()).isEqualTo(3);
    assertThat(other.err().lines())
        .singleElement()
        .asString()
        .startsWith("error: " + output + ": holds a model made with other settings");
    assertThat(run("--input-range", "imagenet", "--overwrite").code()).isZero();
  }

  @Test
  void unknownRangeAndMissingFilesAreOneLine() throws IOException {
    Cli range = run("--input-range", "bgr");
    assertThat(range.code()).isEqualTo(2);
    assertThat(range.err().lines())
        .containsExactly(
            "error: --input-range: unknown range 'bgr'; known are imagenet, signed, unit");
    Files.delete(input);
    Cli missing = run();
    assertThat(missing.code()).isEqualTo(3);
    assertThat(missing.err().lines())
        .containsExactly("error: " + input + ": not found. Name a file of weights, not a folder");
    assertThat(Cli.run("model", "show", "bicubic").code()).isEqualTo(3);
  }

  @Test
  void importedModelIsExportedInEveryFormat() {
    assertThat(run().code()).isZero();
    for (String format : List.of("safetensors", "djl", "onnx")) {
      Path exported = folder.resolve("exported." + format);
      Cli made =
          Cli.run(
              "model",
              "export",
              "--model",
              output.toString(),
              "--format",
              format,
              "--output",
              exported.toString());
      assertThat(made.err()).isEmpty();
      assertThat(made.code()).isZero();
      assertThat(made.out()).contains("exported: " + exported);
      assertThat(exported).exists();
    }
    Cli unknown = Cli.run("model", "export", "--model", "m", "--format", "h5", "--output", "x");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err().lines())
        .containsExactly("error: --format: unknown format 'h5'; known are safetensors, djl, onnx");
  }

  private Cli run(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("model", "import", "--input", input.toString(), "--output", output.toString()));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }
}
