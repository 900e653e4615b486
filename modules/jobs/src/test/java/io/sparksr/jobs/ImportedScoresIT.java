package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.Metrics;
import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.report.EvaluationReport;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Precision;
import io.sparksr.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints that others trained with PyTorch, imported from their original files, have the scores
 * that Python computes for them. Only images that take little time are scored, unless {@code
 * -Dsparksr.complete=true} asks for all and their means.
 */
class ImportedScoresIT {
  private static final String MEAN = "MEAN";
  private static final int MOST_PIXELS = 1 << 24;
  private static final int FEW_PIXELS = 100_000;
  private static final boolean COMPLETE = Boolean.getBoolean("sparksr.complete");

  private static JavaSparkContext spark;

  @TempDir private Path root;

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.start("local[2]", new SparkConf());
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @ParameterizedTest
  @CsvSource({
    "srresnet7_x4_duykhuongnguyen.pt, srresnet-duykhuongnguyen.json, srresnet7_duykhuongnguyen, 6,"
        + " 19",
    "srgan5_x4_leftthomas_netG_epoch_4_100.pth, srgan-leftthomas.json, srgan5_leftthomas, 4, 5"
  })
  void scoresAreThoseOfPyTorchAndScikitImage(
      String file, String mapping, String golden, int few, int all)
      throws IOException, ImageException {
    String model = root.resolve("model").toString();
    new ImportJob(new LocalFileStore())
        .run(
            new ImportJob.Request(
                SharedData.path("data/weights/" + file).toString(),
                model,
                Optional.of(Path.of("..", "..", "conf", "mappings", mapping).toString()),
                Optional.empty(),
                Existing.KEEP));
    for (String image : List.of("bird", "butterfly")) {
      requirePixels(model, image, golden);
    }
    List<String[]> rows = SharedData.csv("golden/models/" + golden + "/metrics.csv");
    List<String[]> images =
        rows.stream()
            .skip(1)
            .filter(row -> !row[1].equals(MEAN))
            .filter(row -> COMPLETE || pixels(row) <= FEW_PIXELS)
            .toList();
    Set<String> sets = images.stream().map(row -> row[0]).collect(Collectors.toSet());
    for (String[] row : images) {
      writePair(row[0], row[1]);
    }

    EvaluationReport report = evaluate(model, sets);
    assertThat(images).hasSize(COMPLETE ? all : few);
    assertThat(report.images()).hasSize(2 * images.size());
    for (String[] row : images) {
      requireScore(imageScore(report, "tutorial", row), row, 6);
      requireScore(imageScore(report, "matlab", row), row, 8);
    }
    List<String[]> means = rows.stream().filter(row -> COMPLETE && row[1].equals(MEAN)).toList();
    for (String[] row : means) {
      requireScore(mean(report, "tutorial", row[0]), row, 6);
      requireScore(mean(report, "matlab", row[0]), row, 8);
    }
  }

  private static int pixels(String[] row) {
    return Integer.parseInt(row[2]) * Integer.parseInt(row[3]);
  }

  /** Both protocols' reference scores are of the centre crop and of LR that Pillow has made. */
  private void writePair(String set, String image) throws IOException, ImageException {
    EvaluationProtocol tutorial = EvaluationProtocols.named("tutorial", 4);
    Path file = SharedData.path("data/benchmarks/" + set + "/" + image);
    RgbImage hr = tutorial.cropHr(new ImageDecoder(MOST_PIXELS).decode(Files.readAllBytes(file)));
    Photos.write(root.resolve(set).resolve(image), ImageEncoder.png(hr));
    Photos.write(
        root.resolve("lr").resolve(set).resolve(image), ImageEncoder.png(tutorial.reduce(hr)));
  }

  /** PyTorch's pictures, to one level. */
  private static void requirePixels(String model, String image, String golden)
      throws IOException, ImageException {
    ImageDecoder decoder = new ImageDecoder(MOST_PIXELS);
    EvaluationProtocol tutorial = EvaluationProtocols.named("tutorial", 4);
    Path hr = SharedData.path("data/benchmarks/Set5/" + image + ".png");
    RgbImage lr = tutorial.reduce(tutorial.cropHr(decoder.decode(Files.readAllBytes(hr))));
    Path file = SharedData.path("golden/models/" + golden + "/Set5_" + image + "_sr.png");
    RgbImage expected = decoder.decode(Files.readAllBytes(file));
    try (NDManager manager = NDManager.newBaseManager()) {
      RgbImage sr =
          new TiledUpscaler(
                  ModelFolder.load(new LocalFileStore(), model, Precision.FP32, manager),
                  manager,
                  128,
                  1)
              .upscaleToRgb(lr, (done, total) -> {});
      assertThat(sr.width()).isEqualTo(expected.width());
      assertThat(sr.height()).isEqualTo(expected.height());
      int largest = 0;
      for (int i = 0; i < sr.pixels().length; i++) {
        int difference = (sr.pixels()[i] & 0xFF) - (expected.pixels()[i] & 0xFF);
        largest = Math.max(largest, Math.abs(difference));
      }
      assertThat(largest).as(image).isLessThanOrEqualTo(1);
    }
  }

  private EvaluationReport evaluate(String model, Set<String> sets) throws IOException {
    return new EvaluateJob(LocalSpark.context(spark))
        .run(
            new EvaluateJob.Request(
                List.of("model=" + model),
                sets.stream().map(set -> set + "=" + root.resolve(set)).toList(),
                sets.stream().map(set -> set + "=" + root.resolve("lr").resolve(set)).toList(),
                root.resolve("report").toString(),
                "test",
                List.of(),
                new EvaluateSettings(
                    List.of("tutorial", "matlab"), Metrics.ALWAYS, 0, MOST_PIXELS, 128, ""),
                BrokenImages.FAIL))
        .report();
  }

  private static Score imageScore(EvaluationReport report, String protocol, String[] row) {
    return report.images().stream()
        .filter(score -> score.protocol().equals(protocol) && score.set().equals(row[0]))
        .filter(score -> score.image().equals(row[1]))
        .findFirst()
        .orElseThrow()
        .score();
  }

  private static Score mean(EvaluationReport report, String protocol, String set) {
    return report.results().stream()
        .filter(result -> result.protocol().equals(protocol) && result.set().equals(set))
        .findFirst()
        .orElseThrow()
        .score();
  }

  private static void requireScore(Score score, String[] row, int column) {
    String what = row[0] + "/" + row[1];
    assertThat(score.psnr()).as(what).isCloseTo(Double.parseDouble(row[column]), within(1e-3));
    assertThat(score.ssim()).as(what).isCloseTo(Double.parseDouble(row[column + 1]), within(1e-5));
  }
}
