package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.evaluation.Metrics;
import io.sparksr.evaluation.report.EvaluationReport;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.EvaluationReport.Result;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Precision;
import io.sparksr.testkit.SharedData;
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

class EvaluateUpscaleJobIT {
  private static final EvaluateSettings EVALUATE =
      new EvaluateSettings(List.of("tutorial", "matlab"), Metrics.ALWAYS, 1, 1 << 20, 16, "");
  private static final UpscaleSettings UPSCALE =
      new UpscaleSettings(16, 2, 1 << 20, 1, PrecisionChoice.FP32, 1);

  @TempDir private static Path root;
  private static JavaSparkContext spark;
  private static String run;

  @BeforeAll
  static void train() throws IOException {
    spark = LocalSpark.start("local[2]", new SparkConf());
    TrainedPipeline.makeShards(spark, root);
    run = root.resolve("run").toString();
    new TrainJob(LocalSpark.context(spark)).run(TrainedPipeline.request(root, run, 1, 5));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void theReportHoldsMeansOfEveryModelSetAndProtocol() throws IOException {
    EvaluationReport report = evaluate("report", List.of("bicubic", "ours=" + run)).report();
    assertThat(report.results())
        .extracting(Result::model, Result::set, Result::protocol, Result::images)
        .containsExactly(
            tuple("bicubic", "photos", "tutorial", 12),
            tuple("bicubic", "photos", "matlab", 12),
            tuple("ours", "photos", "tutorial", 12),
            tuple("ours", "photos", "matlab", 12));
    double mean =
        report.images().stream()
            .filter(i -> i.model().equals("ours") && i.protocol().equals("tutorial"))
            .mapToDouble(ImageScore::psnr)
            .average()
            .orElseThrow();
    assertThat(report.results().get(2).psnr()).isEqualTo(mean);
    byte[] json = Files.readAllBytes(root.resolve("report/report.json"));
    assertThat(EvaluationReport.parse(json, "report.json")).isEqualTo(report);
    assertThat(Files.readString(root.resolve("report/report.md"))).contains("| ours |");
    assertThat(Files.readString(root.resolve("report/report.html")))
        .contains("data:image/png;base64", "ours", "bicubic");
  }

  @Test
  void theBundledModelScoresWhatItsDocumentsSay() throws IOException {
    Path set5 = SharedData.path("data/benchmarks/Set5");
    List<Result> results =
        new EvaluateJob(LocalSpark.context(spark))
            .run(
                new EvaluateJob.Request(
                    List.of(BundledModels.DEFAULT),
                    List.of("Set5=" + set5),
                    root.resolve("bundled").toString(),
                    "t",
                    List.of(),
                    EVALUATE,
                    BrokenImages.FAIL))
            .report()
            .results();
    assertThat(results).extracting(Result::model).containsOnly("msrresnet");
    assertThat(results.get(0).psnr()).isCloseTo(31.33, within(0.01));
    assertThat(results.get(1).psnr()).isCloseTo(31.30, within(0.01));
  }

  @Test
  void bicubicScoresAreThoseOfTheReferenceImplementations() throws IOException {
    Path set5 = SharedData.path("data/benchmarks/Set5");
    EvaluationReport report =
        new EvaluateJob(LocalSpark.context(spark))
            .run(
                new EvaluateJob.Request(
                    List.of("bicubic"),
                    List.of("Set5=" + set5),
                    root.resolve("set5").toString(),
                    "t",
                    List.of(),
                    EVALUATE,
                    BrokenImages.FAIL))
            .report();
    List<String[]> golden = SharedData.csv("golden/metrics.csv");
    for (ImageScore row : report.images()) {
      boolean tutorial = row.protocol().equals("tutorial");
      String[] expected =
          golden.stream()
              .filter(g -> g[0].equals("Set5") && g[1].equals(row.image()))
              .findFirst()
              .orElseThrow();
      int column = tutorial ? 8 : 12;
      assertThat(row.psnr()).isCloseTo(Double.parseDouble(expected[column]), within(1e-4));
      assertThat(row.ssim()).isCloseTo(Double.parseDouble(expected[column + 1]), within(1e-6));
    }
    assertThat(report.images()).hasSize(10);
  }

  @Test
  void aBrokenImageFailsTheSetByName() throws IOException {
    Path set = root.resolve("broken-set");
    Photos.png(set.resolve("good.png"), 1, 40, 40);
    Photos.write(set.resolve("bad.png"), new byte[] {1, 2, 3});
    assertThatThrownBy(
            () ->
                new EvaluateJob(LocalSpark.context(spark))
                    .run(
                        new EvaluateJob.Request(
                            List.of("bicubic"),
                            List.of(set.toString()),
                            root.resolve("never").toString(),
                            "t",
                            List.of(),
                            EVALUATE,
                            BrokenImages.FAIL)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("bad.png: not-an-image");
  }

  @Test
  void whatIsMissingOrAmbiguousIsRefused() {
    assertRefused(List.of(root.resolve("photos").toString()), "photos: holds no model");
    assertRefused(List.of(root.resolve("nothing").toString()), "nothing: not found");
    assertRefused(List.of("a=" + run, "a=" + run), "--model: two are called 'a'");
  }

  @Test
  void everyInputIsEnlargedOrInTheManifestWithItsReason() throws IOException, ImageException {
    Path photos = root.resolve("mixed");
    Photos.png(photos.resolve("a.png"), 1, 40, 33);
    Photos.jpeg(photos.resolve("a.jpg"), 2, 50, 20);
    Photos.jpeg(photos.resolve("sub folder/b%20ü.jpg"), 3, 21, 37);
    Photos.write(photos.resolve("broken.jpg"), new byte[] {(byte) 0xFF, (byte) 0xD8, 1});
    Photos.write(photos.resolve("empty.png"), new byte[0]);
    Photos.write(photos.resolve("notes.txt"), "no image".getBytes(UTF_8));
    UpscaleJob.Result first = upscale(photos, "large");
    assertThat(first.made()).isEqualTo(6);
    assertThat(first.manifest().entries())
        .filteredOn(e -> e.status() == UpscaleManifest.Status.FAILED)
        .extracting(UpscaleManifest.Entry::reason)
        .anyMatch(r -> r.startsWith("empty"))
        .anyMatch(r -> r.startsWith("not-an-image"))
        .hasSize(3);
    assertThat(first.manifest().entries())
        .filteredOn(e -> e.status() == UpscaleManifest.Status.DONE)
        .extracting(UpscaleManifest.Entry::output)
        .containsExactlyInAnyOrder("a.png", "a.png.png", "sub folder/b%20ü.png");
    ImageDecoder decoder = new ImageDecoder(1 << 24);
    RgbImage lr = decoder.decode(Files.readAllBytes(photos.resolve("sub folder/b%20ü.jpg")));
    RgbImage sr = decoder.decode(Files.readAllBytes(root.resolve("large/sub folder/b%20ü.png")));
    assertThat(sr).isEqualTo(enlarge(lr));

    UpscaleJob.Result again = upscale(photos, "large");
    assertThat(again.kept()).isEqualTo(3);
    assertThat(again.made()).isEqualTo(3);
    Photos.png(photos.resolve("a.png"), 9, 40, 34);
    assertThat(upscale(photos, "large").kept()).isEqualTo(2);
  }

  @Test
  void aSingleFileMayBeGivenAName() throws IOException, ImageException {
    Path photo = root.resolve("photos/0.png");
    UpscaleJob.Result result =
        new UpscaleJob(LocalSpark.context(spark))
            .run(
                new UpscaleJob.Request(
                    run, photo.toString(), root.resolve("single/x.png").toString(), UPSCALE));
    assertThat(result.made()).isEqualTo(1);
    assertThat(root.resolve("single").toFile().list()).containsExactly("x.png");
    RgbImage sr =
        new ImageDecoder(1 << 24).decode(Files.readAllBytes(root.resolve("single/x.png")));
    assertThat(sr.width()).isEqualTo(240);
    assertThat(sr.height()).isEqualTo(320);
  }

  @Test
  void nothingOfTheUsersIsOverwritten() throws IOException {
    Path photos = root.resolve("photos");
    assertUpscaleRefused(photos, "photos", "lies in the input, or the input in it");
    assertUpscaleRefused(photos, "photos/large", "lies in the input, or the input in it");
    assertUpscaleRefused(photos, ".", "lies in the input, or the input in it");
    assertUpscaleRefused(photos, "run", "is not empty and holds no manifest");
    assertUpscaleRefused(photos, "shards", "manifest.json: not a valid UpscaleManifest document");
    assertThat(root.resolve("shards/_started")).doesNotExist();
    Path photo = photos.resolve("0.png");
    assertUpscaleRefused(photo, "photos/0.png", "is the input");
    assertThat(photos.toFile().list()).hasSize(12);
  }

  private static void assertUpscaleRefused(Path input, String output, String message) {
    assertThatThrownBy(() -> upscale(input, output))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  private static RgbImage enlarge(RgbImage lr) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      String folder = ModelRef.resolve(new LocalFileStore(), run).folder();
      return new TiledUpscaler(
              ModelFolder.load(new LocalFileStore(), folder, Precision.FP32, manager),
              manager,
              1000,
              1)
          .upscaleToRgb(lr, (done, total) -> {});
    }
  }

  private static UpscaleJob.Result upscale(Path photos, String output) throws IOException {
    return new UpscaleJob(LocalSpark.context(spark))
        .run(
            new UpscaleJob.Request(
                run, photos.toString(), root.resolve(output).toString(), UPSCALE));
  }

  private static void assertRefused(List<String> models, String message) {
    assertThatThrownBy(() -> evaluate("unused", models))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  private static EvaluateJob.Result evaluate(String output, List<String> models)
      throws IOException {
    return new EvaluateJob(LocalSpark.context(spark))
        .run(
            new EvaluateJob.Request(
                models,
                List.of("photos=" + root.resolve("photos")),
                root.resolve(output).toString(),
                "test",
                List.of(),
                EVALUATE,
                BrokenImages.FAIL));
  }
}
