package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import ai.djl.translate.TranslateException;
import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.ValueRange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportJobTest {
  private final FileStore files = new LocalFileStore();

  @TempDir private Path root;
  private ModelDescription description;
  private String model;

  @BeforeEach
  void writeModel() throws IOException {
    description =
        ModelDescription.of(new NetworkSettings("srresnet", 4, 1, 9, 3, 4), 12)
            .withRanges(Optional.of(ValueRange.UNIT), Optional.empty());
    model = RandomModel.write(root.resolve("model"), description);
  }

  @Test
  void safetensorsHoldEveryNameOfTheTutorialsStateDict() throws IOException {
    byte[] file = export(ExportFormat.SAFETENSORS, "out/srresnet.safetensors");
    int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt();
    String header = new String(file, 8, length, UTF_8);
    List<String> names = new ArrayList<>();
    Matcher entry = Pattern.compile("\"([a-z_0-9.]+)\":\\{\"dtype\":\"(\\w+)\"").matcher(header);
    while (entry.find()) {
      names.add(entry.group(1) + " " + entry.group(2));
    }
    List<String> expected = new ArrayList<>();
    convolution(expected, "conv_block1.conv_block.0");
    expected.add("conv_block1.conv_block.1.weight F32");
    convolution(expected, "residual_blocks.0.conv_block1.conv_block.0");
    batchNorm(expected, "residual_blocks.0.conv_block1.conv_block.1");
    expected.add("residual_blocks.0.conv_block1.conv_block.2.weight F32");
    convolution(expected, "residual_blocks.0.conv_block2.conv_block.0");
    batchNorm(expected, "residual_blocks.0.conv_block2.conv_block.1");
    convolution(expected, "conv_block2.conv_block.0");
    batchNorm(expected, "conv_block2.conv_block.1");
    for (int i = 0; i < 2; i++) {
      convolution(expected, "subpixel_convolutional_blocks." + i + ".conv");
      expected.add("subpixel_convolutional_blocks." + i + ".prelu.weight F32");
    }
    convolution(expected, "conv_block3.conv_block.0");
    assertThat(names).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static void convolution(List<String> names, String prefix) {
    names.addAll(List.of(prefix + ".weight F32", prefix + ".bias F32"));
  }

  private static void batchNorm(List<String> names, String prefix) {
    convolution(names, prefix);
    names.addAll(
        List.of(
            prefix + ".running_mean F32",
            prefix + ".running_var F32",
            prefix + ".num_batches_tracked I64"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SAFETENSORS", "DJL"})
  void exportedAndImportedAgainIsTheSameModel(ExportFormat format) throws IOException {
    export(format, "exported");
    String input =
        root.resolve("exported").toString()
            + (format == ExportFormat.DJL ? "/" + ModelFolder.WEIGHTS : "");
    String again = root.resolve("again").toString();
    new ImportJob(files)
        .run(
            new ImportJob.Request(input, again, Optional.empty(), Optional.empty(), Existing.KEEP));
    ModelDescription imported = ModelFolder.describe(files, again);
    assertThat(imported.settings()).isEqualTo(description.settings());
    assertThat(imported.inputRange()).isEqualTo("unit");
    assertThat(imported.outputRange()).isEqualTo("signed");
    Map<String, NamedTensor> expected = weights(model);
    Map<String, NamedTensor> actual = weights(again);
    assertThat(actual.keySet()).containsExactlyElementsOf(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertThat(actual.get(name).values()).as(name).isEqualTo(tensor.values()));
  }

  @Test
  void djlsCriteriaLoadTheFolderAndGiveTheUpscalersPixels()
      throws IOException,
          ModelNotFoundException,
          MalformedModelException,
          TranslateException,
          ImageException {
    export(ExportFormat.DJL, "folder");
    RgbImage lr = noise(21, 13);
    RgbImage expected = upscaled(lr);
    byte[] png = ImageEncoder.png(lr);
    try (ZooModel<Image, Image> loaded = load(Image.class);
        Predictor<Image, Image> predictor = loaded.newPredictor()) {
      Image in = ImageFactory.getInstance().fromInputStream(new ByteArrayInputStream(png));
      Image out = predictor.predict(in);
      try (NDManager manager = NDManager.newBaseManager()) {
        assertThat(new RgbImage(out.getWidth(), out.getHeight(), pixels(out, manager)))
            .isEqualTo(expected);
      }
    }
    try (ZooModel<byte[], byte[]> loaded = load(byte[].class);
        Predictor<byte[], byte[]> predictor = loaded.newPredictor()) {
      RgbImage other = noise(5, 40);
      List<byte[]> out = predictor.batchPredict(List.of(png, ImageEncoder.png(other)));
      assertThat(new ImageDecoder(1 << 20).decode(out.get(0))).isEqualTo(expected);
      assertThat(new ImageDecoder(1 << 20).decode(out.get(1))).isEqualTo(upscaled(other));
    }
  }

  @Test
  void djlFolderIsAModelFolderToo() throws IOException {
    export(ExportFormat.DJL, "folder");
    String folder = root.resolve("folder").toString();
    assertThat(ModelFolder.describe(files, folder)).isEqualTo(description);
    assertThat(weights(folder).keySet()).containsExactlyElementsOf(weights(model).keySet());
    assertThat(files.list(folder))
        .extracting(entry -> entry.name())
        .containsExactly(
            "model-0000.params", "model.json", "model.safetensors", "serving.properties");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SAFETENSORS", "DJL", "ONNX"})
  void whatIsThereStaysUnlessItIsTheSameOrMayBeReplaced(ExportFormat format) throws IOException {
    byte[] first = export(format, "out");
    assertThat(export(format, "out")).isEqualTo(first);
    Files.delete(Path.of(model).resolve(ModelFolder.DESCRIPTION));
    description = ModelDescription.of(new NetworkSettings("msrresnet", 4, 1, 3, 3, 2), 3);
    RandomModel.write(Path.of(model), description);
    assertThatThrownBy(() -> export(format, "out"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(root.resolve("out") + ": ")
        .hasMessageContaining("--overwrite");
    String output = root.resolve("out").toString();
    new ExportJob(files).run(new ExportJob.Request(model, format, output, Existing.OVERWRITE));
    assertThat(content(format, "out")).isNotEqualTo(first);
  }

  @Test
  void interpolationsAndFoldersInTheWayAreRefused() {
    assertThatThrownBy(
            () ->
                new ExportJob(files)
                    .run(
                        new ExportJob.Request(
                            "bicubic", ExportFormat.ONNX, "x.onnx", Existing.KEEP)))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("bicubic: is an interpolation");
    assertThatThrownBy(() -> export(ExportFormat.ONNX, "model"))
        .isInstanceOf(UserException.class)
        .hasMessage(model + ": is a folder. Name the file to make as --output");
  }

  private byte[] export(ExportFormat format, String output) throws IOException {
    String uri = root.resolve(output).toString();
    new ExportJob(files).run(new ExportJob.Request(model, format, uri, Existing.KEEP));
    return content(format, output);
  }

  private byte[] content(ExportFormat format, String output) throws IOException {
    Path path = root.resolve(output);
    return Files.readAllBytes(
        format == ExportFormat.DJL ? path.resolve("model-0000.params") : path);
  }

  private Map<String, NamedTensor> weights(String folder) throws IOException {
    Path file = Path.of(folder).resolve(ModelFolder.WEIGHTS);
    return Safetensors.read(Files.readAllBytes(file), file.toString());
  }

  /** With the translator that {@code serving.properties} names. */
  private <T> ZooModel<T, T> load(Class<T> type)
      throws IOException, ModelNotFoundException, MalformedModelException {
    return Criteria.builder()
        .setTypes(type, type)
        .optModelUrls(root.resolve("folder").toUri().toString())
        .optTranslatorFactory(new DeferredTranslatorFactory())
        .build()
        .loadModel();
  }

  private RgbImage upscaled(RgbImage lr) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      return new TiledUpscaler(
              ModelFolder.load(files, model, Precision.FP32, manager), manager, 512, 1)
          .upscaleToRgb(lr, (done, total) -> {});
    }
  }

  private static byte[] pixels(Image image, NDManager manager) {
    return image.toNDArray(manager).toByteArray();
  }

  private static RgbImage noise(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    SplittableRandom random = new SplittableRandom(width);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt();
    }
    return new RgbImage(width, height, pixels);
  }
}
