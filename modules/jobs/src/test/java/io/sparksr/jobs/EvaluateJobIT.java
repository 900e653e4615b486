package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.FloatImage;
import io.sparksr.evaluation.NearestEnlarger;
import io.sparksr.evaluation.report.EvaluationReport;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.MissingImage;
import io.sparksr.training.PrecisionChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateJobIT {
  private static final EvaluateSettings SETTINGS =
      new EvaluateSettings(List.of("rgb"), 1, 1 << 20, 16);

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

  @Test
  void nearestRepeatsPixels() throws IOException, ImageException {
    Path photo = root.resolve("set/a.png");
    Photos.png(photo, 1, 40, 33);
    EvaluationProtocol rgb = EvaluationProtocols.named("rgb", 4);
    RgbImage hr = rgb.cropHr(new ImageDecoder(1 << 20).decode(Files.readAllBytes(photo)));
    FloatImage sr = FloatImage.of(NearestEnlarger.enlarge(rgb.reduce(hr), 4));
    EvaluationReport report = evaluate("nearest", "bicubic").report();
    assertThat(report.images())
        .first()
        .isEqualTo(ImageScore.of("nearest", "set", "rgb", "a.png", rgb.score(hr, sr)));
    assertThat(report.images()).extracting(ImageScore::psnr).doesNotHaveDuplicates().hasSize(2);
  }

  @Test
  void nearestIsNoNetworkToUpscaleWith() {
    assertThatThrownBy(
            () ->
                new UpscaleJob(LocalSpark.context(spark))
                    .run(
                        new UpscaleJob.Request(
                            "nearest",
                            root.toString(),
                            root.resolve("large").toString(),
                            new UpscaleSettings(16, 2, 1 << 20, 1, PrecisionChoice.FP32, 1))))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("--model: nearest is no network");
  }

  @Test
  void brokenImagesAreLeftOutWhereThatIsAllowed() throws IOException {
    photo("a.png");
    photo("c.png");
    Photos.write(root.resolve("set/b.png"), new byte[] {1, 2, 3});
    Photos.png(root.resolve("set/d.png"), 4, 40, 12);
    EvaluationReport report;
    try (LoggedWarnings warnings = new LoggedWarnings(EvaluateJob.class)) {
      report = run(BrokenImages.LEAVE_OUT, "bicubic").report();
      assertThat(warnings.messages()).hasSize(2);
      assertThat(warnings.messages().get(0)).startsWith("b.png of set is left out: not-an-image (");
    }
    assertThat(report.missing())
        .extracting(MissingImage::set, MissingImage::image)
        .containsExactly(tuple("set", "b.png"), tuple("set", "d.png"));
    assertThat(report.missing().get(1).reason())
        .isEqualTo("too-small (40x12, protocol 'rgb' needs 16 pixels)");
    assertThat(report.results()).extracting(EvaluationReport.Result::images).containsExactly(2);
    assertThat(report.images()).extracting(ImageScore::image).containsExactly("a.png", "c.png");
    byte[] json = Files.readAllBytes(root.resolve("report/report.json"));
    assertThat(EvaluationReport.parse(json, "report.json")).isEqualTo(report);
    for (String page : List.of("report.md", "report.html")) {
      assertThat(Files.readString(root.resolve("report").resolve(page)))
          .contains("2 images could not be scored", "b.png", "not-an-image", "d.png");
    }
  }

  @Test
  void aBrokenImageFailsByNameAndTellsHowToLeaveItOut() throws IOException {
    photo("a.png");
    Photos.png(root.resolve("set/d.png"), 4, 40, 12);
    assertThatThrownBy(() -> evaluate("bicubic"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("set/d.png: too-small (40x12")
        .hasMessageEndingWith("or leave it out with --allow-missing");
    assertThat(root.resolve("report/report.json")).doesNotExist();
  }

  @Test
  void aSetWithoutAnyImageLeftIsRefused() throws IOException {
    Photos.write(root.resolve("set/b.png"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> run(BrokenImages.LEAVE_OUT, "bicubic"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("set: none of its images can be scored, the first is b.png, not-an");
  }

  private void photo(String name) throws IOException {
    Photos.png(root.resolve("set").resolve(name), name.hashCode(), 40, 33);
  }

  private EvaluateJob.Result evaluate(String... models) throws IOException {
    return run(BrokenImages.FAIL, models);
  }

  private EvaluateJob.Result run(BrokenImages broken, String... models) throws IOException {
    return new EvaluateJob(LocalSpark.context(spark))
        .run(
            new EvaluateJob.Request(
                List.of(models),
                List.of(root.resolve("set").toString()),
                root.resolve("report").toString(),
                "test",
                List.of(),
                SETTINGS,
                broken));
  }
}
