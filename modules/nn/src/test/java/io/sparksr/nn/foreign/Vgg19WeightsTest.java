package io.sparksr.nn.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.VggCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Vgg19WeightsTest {
  private static final String KEY = "train.vgg19-weights";
  private static final VggCut FIRST = new VggCut(1, 1, VggCut.Activation.AFTER);

  private final LocalFileStore files = new LocalFileStore();
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"vgg19_first_legacy.pth", "vgg19_first_zip.pth"})
  void onlyTheNeededLayersAreReadFromAFileOfTorchvisionsNames(String name) throws IOException {
    String uri = copy(name);
    Vgg19Weights weights = Vgg19Weights.read(files, KEY, uri, FIRST);
    assertThat(weights.tensors())
        .extracting(NamedTensor::name)
        .containsExactly("features.0.weight", "features.0.bias");
    // The first values of make_vgg.py's hash.
    assertThat(weights.tensors().get(0).shape()).containsExactly(64, 3, 3, 3);
    assertThat(weights.tensors().get(0).values().get(0)).isEqualTo((float) -Math.sqrt(6 / 27.0));
    assertThat(weights.warning())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith(KEY + ": " + uri + " has the SHA-256 " + weights.sha256())
                    .contains("vgg19-dcbb9e9d.pth"));
  }

  @Test
  void unwantedTensorsAreNotInTheFileAsRead() throws IOException {
    String uri = copy("vgg19_first_zip.pth");
    assertThat(WeightFile.read(files, uri, "classifier.6.bias"::equals).parts())
        .singleElement()
        .satisfies(part -> assertThat(part.tensors()).containsOnlyKeys("classifier.6.bias"));
    assertThatThrownBy(() -> WeightFile.read(files, uri, "fc"::equals))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("holds no tensors");
  }

  @Test
  void aFileThatLacksALayerIsRefusedByTheLayersName() throws IOException {
    String uri = copy("vgg19_first_legacy.pth");
    assertThatThrownBy(
            () -> Vgg19Weights.read(files, KEY, uri, new VggCut(1, 2, VggCut.Activation.AFTER)))
        .isInstanceOf(UserException.class)
        .hasMessage(
            uri + ": does not fit network 'vgg19': features.2.weight is missing (and 1 more)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/no/such/vgg19.pth"})
  void withoutAFileTheErrorSaysWhatToDownloadAndWhereToPutIt(String uri) {
    assertThatThrownBy(() -> Vgg19Weights.read(files, KEY, uri, FIRST))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(KEY + ": " + (uri.isEmpty() ? "is not set" : uri + ": not found"))
        .hasMessageContaining("https://download.pytorch.org/models/vgg19-dcbb9e9d.pth")
        .hasMessageContaining("set " + KEY + " to its URI");
  }

  private String copy(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, WeightFileTest.bytes(name));
    return file.toString();
  }
}
