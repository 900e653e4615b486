package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageHeader;
import io.sparksr.core.image.ImageMetadata;
import io.sparksr.core.image.ImageOpener;
import io.sparksr.core.image.ImageRows;
import io.sparksr.core.image.OutputFormat;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.jobs.UpscaleManifest.Entry;
import io.sparksr.jobs.UpscaleManifest.Status;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Precision;
import io.sparksr.testkit.SharedData;
import io.sparksr.training.PrecisionChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job with a small network that has random weights. */
class UpscaleJobIT {
  private static final UpscaleSettings SETTINGS =
      new UpscaleSettings(32, 2, 1 << 20, 1, PrecisionChoice.FP32, 1);

  @TempDir private static Path root;
  private static JavaSparkContext spark;
  private static String model;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start("local[2]", new SparkConf());
    model = RandomModel.write(root.resolve("model"), 4);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void aRerunMakesOnlyWhatIsMissingOrChangedOrOfAnotherModel() throws IOException {
    Path in = root.resolve("rerun");
    for (int i = 0; i < 5; i++) {
      Photos.png(in.resolve(i + ".png"), i, 20 + i, 30);
    }
    assertThat(made(in, "rerun-out")).containsExactly("0", "1", "2", "3", "4");
    assertThat(made(in, "rerun-out")).isEmpty();

    Files.delete(root.resolve("rerun-out/0.png"));
    Files.writeString(root.resolve("rerun-out/1.png"), "cut off", UTF_8);
    Photos.png(in.resolve("2.png"), 9, 22, 31);
    Files.setLastModifiedTime(in.resolve("3.png"), FileTime.fromMillis(1_000_000_000_000L));
    Photos.png(in.resolve("new.png"), 3, 20, 20);
    assertThat(made(in, "rerun-out")).containsExactly("0", "1", "2", "3", "new");

    String other = RandomModel.write(root.resolve("other"), 5);
    UpscaleJob.Result result = run(other, in, "rerun-out", SETTINGS, Existing.KEEP);
    assertThat(result.kept()).isZero();
    assertThat(result.manifest().entries()).hasSize(6);
    assertThat(run(other, in, "rerun-out", SETTINGS, Existing.KEEP).made()).isZero();
    assertThat(run(other, in, "rerun-out", SETTINGS, Existing.OVERWRITE).made()).isEqualTo(6);
    assertThat(root.resolve("rerun-out/_started")).doesNotExist();
    assertThat(root.resolve("rerun-out/_journal")).doesNotExist();
  }

  @Test
  void whatAKilledRunHasFinishedIsNotMadeAgain() throws IOException {
    Path in = root.resolve("killed");
    for (int i = 0; i < 4; i++) {
      Photos.png(in.resolve(i + ".png"), i, 30, 20 + i);
    }
    String out = "failing://" + root.resolve("killed-out");
    FailingFileSystem.failOn("manifest.json");
    assertThatThrownBy(() -> run(model, in, out, SETTINGS, Existing.KEEP))
        .hasMessageContaining("the disk is full");
    FailingFileSystem.failNever();
    Map<String, FileTime> before = times(root.resolve("killed-out"));
    assertThat(before).hasSize(4);

    UpscaleJob.Result result = run(model, in, out, SETTINGS, Existing.KEEP);
    assertThat(result.kept()).isEqualTo(4);
    assertThat(result.manifest().entries()).hasSize(4);
    assertThat(times(root.resolve("killed-out"))).isEqualTo(before);
  }

  @Test
  void namesCollideWithoutLossAndKeepWhenMoreArrive() throws IOException {
    Path in = root.resolve("names");
    Photos.png(in.resolve("a.png"), 1, 20, 20);
    Photos.png(in.resolve("b.jpg/x.png"), 1, 20, 20);
    Photos.jpeg(in.resolve("100%2e %2F\\ süß 図#?*.jpg"), 1, 20, 20);
    assertThat(outputs(run(model, in, "names-out", SETTINGS, Existing.KEEP)))
        .containsExactly("100%2e %2F\\ süß 図#?*.png", "a.png", "b.jpg/x.png");
    byte[] first = Files.readAllBytes(root.resolve("names-out/a.png"));

    Photos.jpeg(in.resolve("a.jpg"), 2, 24, 20);
    Photos.jpeg(in.resolve("a.gif"), 3, 20, 24);
    Photos.png(in.resolve("b.png"), 1, 20, 20);
    Photos.png(in.resolve("b.png.d/..e/f..png"), 1, 20, 20);
    Photos.png(in.resolve(".hidden.png"), 1, 20, 20);
    Photos.png(in.resolve("_folder/x.png"), 1, 20, 20);
    assertThat(outputs(run(model, in, "names-out", SETTINGS, Existing.KEEP)))
        .containsExactly(
            "100%2e %2F\\ süß 図#?*.png", "a.gif.png", "a.jpg.png", "a.png", "b.jpg/x.png", "b.png");
    assertThat(root.resolve("names-out/a.png")).hasBinaryContent(first);
  }

  @Test
  void aDryRunCountsAndWritesNothing() throws IOException {
    Path in = root.resolve("dry");
    Photos.png(in.resolve("a.png"), 1, 100, 50);
    Photos.jpeg(in.resolve("b.jpg"), 2, 10, 30);
    Photos.write(in.resolve("c.jpg"), new byte[] {1});
    UpscalePlan plan = new UpscaleJob(LocalSpark.context(spark)).plan(request(in, "dry-out"));
    assertThat(plan.todo())
        .containsExactly(
            new UpscalePlan.Image("file:" + in.resolve("a.png"), "a.png", 5000),
            new UpscalePlan.Image("file:" + in.resolve("b.jpg"), "b.png", 300));
    assertThat(plan.failed()).extracting(Entry::reason).hasSize(1);
    assertThat(plan.pixelsOut()).isEqualTo(5300 * 16);
    assertThat(plan.secondsEstimated()).isBetween(1e-6, 60.0);
    assertThat(root.resolve("dry-out")).doesNotExist();
    run(model, in, "dry-out", SETTINGS, Existing.KEEP);
    UpscalePlan after = new UpscaleJob(LocalSpark.context(spark)).plan(request(in, "dry-out"));
    assertThat(after.todo()).isEmpty();
    assertThat(after.kept()).hasSize(2);
    assertThat(after.secondsEstimated()).isZero();
  }

  @Test
  void moreFailuresThanAllowedStopTheJobBeforeItBegins() throws IOException {
    Path in = root.resolve("rejected");
    Photos.png(in.resolve("a.png"), 1, 20, 20);
    Photos.write(in.resolve("b.jpg"), new byte[0]);
    UpscaleSettings strict = new UpscaleSettings(32, 2, 1 << 20, 0.49, PrecisionChoice.FP32, 1);
    assertThatThrownBy(() -> run(model, in, "rejected-out", strict, Existing.KEEP))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("b.jpg: empty (has no bytes)")
        .hasMessageContaining("More failed than upscale.max-rejected allows");
    assertThat(root.resolve("rejected-out/a.png")).doesNotExist();
    UpscaleManifest manifest = manifest("rejected-out");
    assertThat(manifest.failed()).extracting(Entry::reason).containsExactly("empty (has no bytes)");
    UpscaleSettings lenient = new UpscaleSettings(32, 2, 1 << 20, 0.5, PrecisionChoice.FP32, 1);
    assertThat(run(model, in, "rejected-out", lenient, Existing.KEEP).manifest().failed())
        .hasSize(1);
    assertThat(root.resolve("rejected-out/a.png")).isNotEmptyFile();
  }

  @Test
  void awkwardFilesAreEnlargedToWhatTheirRgbGivesOrSayWhyNot() throws Exception {
    Path in = SharedData.path("data/awkward");
    UpscaleSettings settings = new UpscaleSettings(96, 1, 178_956_970, 1, PrecisionChoice.FP32, 1);
    UpscaleJob.Result result = run(model, in, "awkward", settings, Existing.KEEP);
    assertThat(result.manifest().entries()).hasSize(30);
    assertThat(result.manifest().failed()).hasSize(7);
    ImageDecoder decoder = new ImageDecoder(178_956_970);
    for (Entry entry : result.manifest().entries()) {
      Path file = in.resolve(entry.input().substring(entry.input().lastIndexOf('/') + 1));
      if (entry.status() == Status.FAILED) {
        assertThatThrownBy(() -> decoder.decode(Files.readAllBytes(file)))
            .isInstanceOf(ImageException.class)
            .extracting(e -> StoredImage.reason((ImageException) e))
            .asString()
            .startsWith(entry.reason().substring(0, entry.reason().indexOf(' ')));
      } else {
        assertEnlarged(file, root.resolve("awkward").resolve(entry.output()));
      }
    }
    assertThat(result.manifest().entries())
        .filteredOn(entry -> !entry.note().isEmpty())
        .extracting(entry -> entry.input().replaceAll(".*/", ""))
        .contains("frozenpond.mpo", "apng_mode_16bit.png");
  }

  /** Colours exactly; gray within the rounding of its luma. */
  private static void assertEnlarged(Path input, Path output) throws Exception {
    ImageDecoder decoder = new ImageDecoder(178_956_970);
    byte[] file = Files.readAllBytes(input);
    byte[] expected = enlarge(decoder.decode(file)).pixels();
    byte[] actual = decoder.decode(Files.readAllBytes(output)).pixels();
    assertThat(actual).hasSameSizeAs(expected);
    ImageMetadata metadata;
    boolean isGray;
    try (ImageRows in = new ImageOpener(1 << 30).open(Files.newInputStream(input));
        ImageRows out = new ImageOpener(1 << 30).open(Files.newInputStream(output))) {
      metadata = in.metadata();
      isGray = in.layout().colours() == 1;
      assertThat(out.layout()).as(input.toString()).isEqualTo(in.layout().enlarged(4));
      assertThat(out.metadata().orientation()).isEqualTo(metadata.orientation());
      assertThat(out.metadata().density().isPresent()).isEqualTo(metadata.density().isPresent());
    }
    int different = 0;
    for (int i = 0; i < expected.length; i++) {
      int wanted = expected[i] & 0xFF;
      if (isGray) {
        int p = i - i % 3;
        wanted =
            ((expected[p] & 0xFF) * 19595
                    + (expected[p + 1] & 0xFF) * 38470
                    + (expected[p + 2] & 0xFF) * 7471
                    + 0x8000)
                >> 16;
      }
      int difference = Math.abs((actual[i] & 0xFF) - wanted);
      assertThat(difference).as(input.toString()).isLessThanOrEqualTo(1);
      different += difference;
    }
    // 16 bits are cut, not rounded, by the decoder.
    boolean isFine = input.endsWith("apng_mode_16bit.png");
    assertThat(different)
        .as(input.toString())
        .isLessThanOrEqualTo(isFine ? expected.length : expected.length / 10_000);
  }

  @Test
  void otherFormatsAndSingleFiles() throws Exception {
    Path in = root.resolve("formats");
    Photos.png(in.resolve("photo.png"), 1, 40, 30);
    UpscaleSettings jpeg = SETTINGS.with(OutputFormat.JPEG);
    assertThat(outputs(run(model, in, "formats-jpeg", jpeg, Existing.KEEP)))
        .containsExactly("photo.jpg");
    assertThat(run(model, in, "formats-jpeg", jpeg, Existing.KEEP).made()).isZero();
    assertThat(outputs(run(model, in, "formats-jpeg", SETTINGS, Existing.KEEP)))
        .containsExactly("photo.png");
    for (String name : List.of("single.png", "single.jpeg", "single.webp")) {
      UpscaleJob.Result result =
          run(model, in.resolve("photo.png"), "singles/" + name, SETTINGS, Existing.KEEP);
      assertThat(result.uri()).isEqualTo(root.resolve("singles/" + name).toString());
      ImageHeader header =
          new ImageDecoder(1 << 20).header(Files.readAllBytes(Path.of(result.uri())));
      assertThat(header.width()).isEqualTo(160);
      assertThat(name).endsWith(header.format());
    }
    assertThat(root.resolve("singles").toFile().list()).hasSize(3);
  }

  @Test
  void aWatchMakesEachVersionOfEachImageOnce() throws Exception {
    Path in = root.resolve("watched");
    UpscaleSettings settings =
        new UpscaleSettings(
            32,
            1,
            1 << 20,
            1,
            PrecisionChoice.FP32,
            1,
            OutputFormat.PNG,
            90,
            0,
            Duration.ofMillis(50));
    List<UpscaleJob.Result> rounds = new CopyOnWriteArrayList<>();
    AtomicBoolean stop = new AtomicBoolean();
    UpscaleWatch watch =
        new UpscaleWatch(
            LocalSpark.context(spark),
            new UpscaleJob.Request(
                model, in.toString(), root.resolve("watched-out").toString(), settings));
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(
            () -> {
              try {
                watch.run(stop::get, rounds::add);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    try {
      Photos.png(in.resolve("a.png"), 1, 20, 20);
      Photos.write(in.resolve("broken.png"), new byte[] {1});
      await().atMost(Duration.ofSeconds(60)).until(() -> entries(rounds) == 2);
      Photos.png(in.resolve("late/b.png"), 2, 20, 20);
      await().atMost(Duration.ofSeconds(60)).until(() -> entries(rounds) == 3);
      FileTime first = Files.getLastModifiedTime(root.resolve("watched-out/a.png"));
      Photos.png(in.resolve("a.png"), 3, 24, 20);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !Files.getLastModifiedTime(root.resolve("watched-out/a.png")).equals(first));
    } finally {
      stop.set(true);
      running.join();
    }
    assertThat(rounds.stream().mapToInt(round -> round.manifest().failed().size()).max())
        .hasValue(1);
    Map<String, FileTime> before = times(root.resolve("watched-out"));
    UpscaleJob.Result after =
        run(model, in, root.resolve("watched-out").toString(), settings, Existing.KEEP);
    assertThat(after.kept()).isEqualTo(2);
    assertThat(times(root.resolve("watched-out"))).isEqualTo(before);
  }

  @Test
  void aWatchLeavesAloneWhatGrowsAndLooksAtTheOutputOnlyWhenInputsChange() throws Exception {
    Path in = root.resolve("growing");
    Path out = root.resolve("growing-out");
    UpscaleJob job = new UpscaleJob(LocalSpark.context(spark));
    UpscaleJob.Request request = request(in, "growing-out");
    UpscaleArrivals arrivals = new UpscaleArrivals();
    assertThat(job.runArrived(request, arrivals)).as("no input yet").isEmpty();
    Photos.png(in.resolve("a.png"), 1, 20, 20);
    assertThat(job.runArrived(request, arrivals)).as("may be growing").isEmpty();
    assertThat(job.runArrived(request, arrivals).orElseThrow().made()).isEqualTo(1);
    byte[] first = Files.readAllBytes(out.resolve("a.png"));

    Photos.png(in.resolve("a.png"), 2, 24, 20);
    assertThat(job.runArrived(request, arrivals)).as("may be growing again").isEmpty();
    assertThat(out.resolve("a.png")).hasBinaryContent(first);
    Photos.png(in.resolve("b.png"), 3, 20, 20);
    UpscaleJob.Result second = job.runArrived(request, arrivals).orElseThrow();
    assertThat(second.made()).isEqualTo(1);
    assertThat(outputs(second)).containsExactly("a.png");
    assertThat(Files.readAllBytes(out.resolve("a.png"))).isNotEqualTo(first);
    assertThat(outputs(job.runArrived(request, arrivals).orElseThrow()))
        .containsExactly("a.png", "b.png");
    assertThat(job.runArrived(request, arrivals)).isEmpty();

    Files.delete(out.resolve("b.png"));
    assertThat(job.runArrived(request, arrivals)).as("the same inputs").isEmpty();
    Photos.png(in.resolve("a.png"), 4, 28, 20);
    Photos.png(in.resolve("c.png"), 5, 20, 20);
    UpscaleJob.Result missing = job.runArrived(request, arrivals).orElseThrow();
    assertThat(missing.made()).as("b, while a and c may be growing").isEqualTo(1);
    assertThat(outputs(missing)).as("a is kept as it is").containsExactly("a.png", "b.png");
    assertThat(job.runArrived(request, arrivals).orElseThrow().made()).isEqualTo(2);
  }

  private static int entries(List<UpscaleJob.Result> rounds) {
    return rounds.isEmpty() ? 0 : rounds.get(rounds.size() - 1).manifest().entries().size();
  }

  private static RgbImage enlarge(RgbImage lr) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      return new TiledUpscaler(
              ModelFolder.load(new LocalFileStore(), model, Precision.FP32, manager),
              manager,
              10_000,
              1)
          .upscaleToRgb(lr, (done, total) -> {});
    }
  }

  private static UpscaleJob.Request request(Path in, String out) {
    return new UpscaleJob.Request(model, in.toString(), absolute(out), SETTINGS);
  }

  private static UpscaleJob.Result run(
      String withModel, Path in, String out, UpscaleSettings settings, Existing existing)
      throws IOException {
    return new UpscaleJob(LocalSpark.context(spark))
        .run(new UpscaleJob.Request(withModel, in.toString(), absolute(out), settings, existing));
  }

  private static String absolute(String out) {
    return out.contains(":") ? out : root.resolve(out).toString();
  }

  /** The names, without their ending, of the outputs that a run wrote. */
  private static List<String> made(Path in, String out) throws IOException {
    Path folder = root.resolve(out);
    Map<String, FileTime> before = Files.exists(folder) ? times(folder) : Map.of();
    run(model, in, out, SETTINGS, Existing.KEEP);
    List<String> made = new ArrayList<>();
    times(folder)
        .forEach(
            (name, time) -> {
              if (!time.equals(before.get(name))) {
                made.add(name.replace(".png", ""));
              }
            });
    return made;
  }

  private static List<String> outputs(UpscaleJob.Result result) {
    return result.manifest().entries().stream()
        .map(Entry::output)
        .filter(o -> !o.isEmpty())
        .sorted()
        .toList();
  }

  private static UpscaleManifest manifest(String out) throws IOException {
    byte[] json = Files.readAllBytes(root.resolve(out).resolve("manifest.json"));
    return JsonCodec.parse(json, UpscaleManifest.class, "manifest.json");
  }

  /** When each image in a folder was written. */
  private static Map<String, FileTime> times(Path folder) throws IOException {
    Map<String, FileTime> times = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(path -> path.toString().endsWith(".png")).toList()) {
        times.put(folder.relativize(file).toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }
}
