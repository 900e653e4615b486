package io.sparksr.jobs;

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
import io.sparksr.evaluation.Comparison;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.FloatImage;
import io.sparksr.evaluation.MetricInputs;
import io.sparksr.evaluation.Metrics;
import io.sparksr.evaluation.NearestEnlarger;
import io.sparksr.evaluation.SourceColour;
import io.sparksr.evaluation.report.EvaluationReport;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.FurtherScores;
import io.sparksr.evaluation.report.Highlight;
import io.sparksr.evaluation.report.MissingImage;
import io.sparksr.training.PrecisionChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateJobIT {
  private static final EvaluateSettings SETTINGS =
      new EvaluateSettings(List.of("rgb", "tutorial"), Metrics.ALWAYS, 1, 1 << 20, 64, "");

  private static final double MARK = 99;

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
    assertThat(report.images()).extracting(ImageScore::psnr).doesNotHaveDuplicates().hasSize(4);
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
    assertThat(report.results()).extracting(EvaluationReport.Result::images).containsExactly(2, 2);
    assertThat(report.images())
        .extracting(ImageScore::image)
        .containsExactly("a.png", "c.png", "a.png", "c.png");
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

  @Test
  void theReportIsTheSameFromOneTwoAndFivePartitions() throws IOException {
    // Large enough for libtorch to divide among threads, whose number must not follow the slices.
    for (int i = 0; i < 7; i++) {
      Photos.png(root.resolve("set/" + i + ".png"), i, 240 + i, 251 - i);
    }
    String model = "net=" + RandomModel.write(root.resolve("model"), 64);
    EvaluationReport one = run(1, BrokenImages.FAIL, "bicubic", model).report();
    assertThat(one.images()).hasSize(28);
    for (int partitions : new int[] {2, 5}) {
      assertSameScores(run(partitions, BrokenImages.FAIL, "bicubic", model).report(), one);
    }
  }

  @Test
  void thePageShowsTheBestAndTheWorstImageOfAModelAndTheJsonItsSignificance() throws IOException {
    photos(4);
    String model = "net=" + RandomModel.write(root.resolve("model"), 4);
    EvaluationReport report = run(2, BrokenImages.FAIL, "bicubic", model).report();
    List<Highlight> highlights = Highlight.of(report, 1);
    assertThat(highlights).hasSize(2);
    String page = Files.readString(root.resolve("report/report.html"));
    for (Highlight highlight : highlights) {
      assertThat(page)
          .containsSubsequence(
              "<h3>" + highlight.image() + " <small>set, ", highlight.reasons().get(0));
    }
    // LR 2, legend 1, two panels of 3, HR 2: eleven a strip, and by one protocol only.
    assertThat(strips(page)).hasSize(22);
    assertThat(report.significance().differences())
        .filteredOn(d -> d.protocol().equals("tutorial"))
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.images()).isEqualTo(4);
              assertThat(d.psnrInterval().get(0)).isLessThan(d.psnr());
              assertThat(d.psnrInterval().get(1)).isGreaterThan(d.psnr());
            });
  }

  @Test
  void whatWasFinishedBeforeAStopIsNotComputedAgain() throws IOException {
    photos(4);
    String model = "net=" + RandomModel.write(root.resolve("model"), 4);
    EvaluationReport whole = run(1, BrokenImages.FAIL, "bicubic", model).report();
    String page = Files.readString(root.resolve("report/report.html"));
    stopBeforeTheLast(model);
    assertThat(root.resolve("report/_done")).isDirectoryContaining("glob:**.json");
    assertSameScores(run(2, BrokenImages.FAIL, "bicubic", model).report(), whole);
    assertThat(strips(Files.readString(root.resolve("report/report.html"))))
        .isEqualTo(strips(page))
        .isNotEmpty();
    assertThat(root.resolve("report").toFile().list())
        .containsExactlyInAnyOrder("report.json", "report.md", "report.html");

    stopBeforeTheLast(model);
    assertThat(notes()).hasSize(3);
    for (Path note : notes()) {
      mark(note);
    }
    assertThat(run(2, BrokenImages.FAIL, "bicubic", model).report().images())
        .filteredOn(row -> row.psnr() == MARK && row.model().equals("net"))
        .filteredOn(row -> row.protocol().equals("rgb"))
        .extracting(ImageScore::image)
        .containsExactly("0.png", "1.png", "2.png");
  }

  @Test
  void changedImagesTornNotesAndOtherModelsAreComputedAgain() throws IOException {
    photos(4);
    String model = "net=" + RandomModel.write(root.resolve("model"), 4);
    stopBeforeTheLast(model);
    for (Path note : notes()) {
      String text = mark(note);
      if (text.contains("\"image\" : \"0.png\"")) {
        Files.writeString(note, text.substring(0, text.length() / 2));
      }
    }
    Files.setLastModifiedTime(root.resolve("set/1.png"), FileTime.fromMillis(1_000_000_000_000L));
    assertThat(run(1, BrokenImages.FAIL, "bicubic", model).report().images())
        .filteredOn(row -> row.psnr() == MARK)
        .extracting(ImageScore::image)
        .containsOnly("2.png")
        .hasSize(4);
    stopBeforeTheLast(model);
    for (Path note : notes()) {
      mark(note);
    }
    Path weights = root.resolve("model/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 2] ^= 1;
    Files.write(weights, bytes);
    assertThat(run(1, BrokenImages.FAIL, "bicubic", model).report().images())
        .hasSize(16)
        .allMatch(row -> row.psnr() != MARK);
  }

  /** Gives a note's scores a number that no image has, and returns its text. */
  private static String mark(Path note) throws IOException {
    String text = Files.readString(note).replaceAll("\"psnr\" : [0-9.]+", "\"psnr\" : " + MARK);
    Files.writeString(note, text);
    return text;
  }

  /** Scores all but the last image, which is broken at that time. */
  private void stopBeforeTheLast(String model) throws IOException {
    Path last = root.resolve("set/3.png");
    FileTime time = Files.getLastModifiedTime(last);
    byte[] whole = Files.readAllBytes(last);
    Files.write(last, new byte[] {1, 2, 3});
    Files.deleteIfExists(root.resolve("report/report.json"));
    assertThatThrownBy(() -> run(1, BrokenImages.FAIL, "bicubic", model))
        .hasMessageContaining("3.png: not-an-image");
    Files.write(last, whole);
    Files.setLastModifiedTime(last, time);
  }

  private List<Path> notes() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("report/_done"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void furtherMetricsAreReportedAndTheirWeightsNamed() throws IOException, ImageException {
    photos(2);
    String weights = VggExtractorTest.write(root.resolve("vgg19.safetensors")).toString();
    EvaluateSettings settings =
        new EvaluateSettings(
            List.of("rgb", "tutorial"),
            List.of("psnr", "ssim", "lr-psnr", "vgg"),
            1,
            1 << 20,
            64,
            weights);
    EvaluationReport report = run(2, settings, BrokenImages.FAIL, "bicubic", "nearest").report();
    assertThat(report.further().results())
        .extracting(
            FurtherScores.Mean::model, FurtherScores.Mean::protocol, FurtherScores.Mean::metric)
        .containsExactly(
            tuple("bicubic", "rgb", "lr-psnr"),
            tuple("bicubic", "rgb", "vgg"),
            tuple("bicubic", "tutorial", "lr-psnr"),
            tuple("bicubic", "tutorial", "vgg"),
            tuple("nearest", "rgb", "lr-psnr"),
            tuple("nearest", "rgb", "vgg"),
            tuple("nearest", "tutorial", "lr-psnr"),
            tuple("nearest", "tutorial", "vgg"));
    assertThat(report.further().images()).hasSize(16).allMatch(row -> row.value() > 0);
    assertThat(report.provenance().sources()).containsOnlyKeys(weights);

    byte[] file = Files.readAllBytes(root.resolve("set/0.png"));
    EvaluationProtocol rgb = EvaluationProtocols.named("rgb", 4);
    RgbImage hr = rgb.cropHr(new ImageDecoder(1 << 20).decode(file));
    RgbImage lr = rgb.reduce(hr);
    try (NDManager manager = NDManager.newBaseManager()) {
      VggExtractor vgg = VggExtractor.read(new LocalFileStore(), weights, manager);
      Comparison comparison =
          new Comparison(rgb, lr, hr, FloatImage.of(rgb.enlarge(lr)), SourceColour.COLOUR);
      assertThat(report.further().images().get(2).value())
          .isEqualTo(
              Metrics.named("vgg", new MetricInputs(Optional.of(vgg))).of(comparison),
              within(1e-6));
    }
  }

  private static List<String> strips(String page) {
    return Pattern.compile("data:image/(?:png|jpeg);base64,[^\"]*")
        .matcher(page)
        .results()
        .map(MatchResult::group)
        .toList();
  }

  private static void assertSameScores(EvaluationReport actual, EvaluationReport expected) {
    assertThat(actual.results()).isEqualTo(expected.results());
    assertThat(actual.images()).isEqualTo(expected.images());
    assertThat(actual.missing()).isEqualTo(expected.missing());
    assertThat(actual.significance()).isEqualTo(expected.significance());
  }

  private void photos(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Photos.png(root.resolve("set/" + i + ".png"), i, 40 + i, 51 - i);
    }
  }

  private void photo(String name) throws IOException {
    Photos.png(root.resolve("set").resolve(name), name.hashCode(), 40, 33);
  }

  private EvaluateJob.Result evaluate(String... models) throws IOException {
    return run(BrokenImages.FAIL, models);
  }

  private EvaluateJob.Result run(BrokenImages broken, String... models) throws IOException {
    return run(8, broken, models);
  }

  private EvaluateJob.Result run(int partitions, BrokenImages broken, String... models)
      throws IOException {
    return run(partitions, SETTINGS, broken, models);
  }

  private EvaluateJob.Result run(
      int partitions, EvaluateSettings settings, BrokenImages broken, String... models)
      throws IOException {
    return new EvaluateJob(LocalSpark.context(spark), partitions)
        .run(
            new EvaluateJob.Request(
                List.of(models),
                List.of(root.resolve("set").toString()),
                root.resolve("report").toString(),
                "test",
                List.of(),
                settings,
                broken));
  }
}
