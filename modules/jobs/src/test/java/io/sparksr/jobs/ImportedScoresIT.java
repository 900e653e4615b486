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
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Precision;
import io.sparksr.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints that others trained with PyTorch, imported from their original files, have the scores
 * that Python computes for them.
 */
class ImportedScoresIT {
  private static final String SET = "data/benchmarks/Set5";

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
    "srresnet7_x4_duykhuongnguyen.pt, srresnet-duykhuongnguyen.json, srresnet7_duykhuongnguyen",
    "srgan5_x4_leftthomas_netG_epoch_4_100.pth, srgan-leftthomas.json, srgan5_leftthomas"
  })
  void scoresAreThoseOfPyTorchAndScikitImage(String file, String mapping, String golden)
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
    makeLr();
    for (String image : List.of("bird", "butterfly")) {
      requirePixels(model, image, golden);
    }

    List<ImageScore> scores = evaluate(model);
    List<String[]> rows =
        SharedData.csv("golden/models/" + golden + "/metrics.csv").stream()
            .filter(row -> row[0].equals("Set5") && row[1].endsWith(".png"))
            .toList();
    assertThat(rows).hasSize(5);
    assertThat(scores).hasSize(2 * rows.size());
    for (String[] row : rows) {
      requireScore(scores, "tutorial", row[1], row[6], row[7]);
      requireScore(scores, "matlab", row[1], row[8], row[9]);
    }
  }

  /** Both protocols' reference scores are of LR that Pillow has made. */
  private void makeLr() throws IOException, ImageException {
    EvaluationProtocol tutorial = EvaluationProtocols.named("tutorial", 4);
    try (Stream<Path> files = Files.list(SharedData.path(SET))) {
      for (Path file : files.toList()) {
        RgbImage hr = new ImageDecoder(1 << 24).decode(Files.readAllBytes(file));
        Photos.write(
            root.resolve("lr").resolve(file.getFileName()),
            ImageEncoder.png(tutorial.reduce(tutorial.cropHr(hr))));
      }
    }
  }

  /** PyTorch's pictures, to one level. */
  private void requirePixels(String model, String image, String golden)
      throws IOException, ImageException {
    ImageDecoder decoder = new ImageDecoder(1 << 24);
    RgbImage lr = decoder.decode(Files.readAllBytes(root.resolve("lr").resolve(image + ".png")));
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

  private List<ImageScore> evaluate(String model) throws IOException {
    return new EvaluateJob(LocalSpark.context(spark))
        .run(
            new EvaluateJob.Request(
                List.of("model=" + model),
                List.of("Set5=" + SharedData.path(SET)),
                List.of("Set5=" + root.resolve("lr")),
                root.resolve("report").toString(),
                "test",
                List.of(),
                new EvaluateSettings(List.of("tutorial", "matlab"), 0, 1 << 24, 128),
                BrokenImages.FAIL))
        .report()
        .images();
  }

  private static void requireScore(
      List<ImageScore> scores, String protocol, String image, String psnr, String ssim) {
    ImageScore score =
        scores.stream()
            .filter(row -> row.protocol().equals(protocol) && row.image().equals(image))
            .findFirst()
            .orElseThrow();
    assertThat(score.psnr()).as(image).isCloseTo(Double.parseDouble(psnr), within(1e-3));
    assertThat(score.ssim()).as(image).isCloseTo(Double.parseDouble(ssim), within(1e-5));
  }
}
