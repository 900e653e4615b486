package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.Progress;
import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexRow;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.IndexTables;
import io.sparksr.data.RejectedRow;
import io.sparksr.data.TableFile;
import io.sparksr.jobs.Outcome.Made;
import io.sparksr.testkit.SharedData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexJobIT {
  private static final IndexSettings SETTINGS = new IndexSettings(100, 50_000, 1);
  private static JavaSparkContext spark;

  @TempDir private Path root;
  private Path photos;
  private String output;

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.start(2);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @BeforeEach
  void nameFolders() {
    photos = root.resolve("photos");
    output = root.resolve("index").toString();
  }

  @Test
  void everyFileIsAcceptedOrRejectedWithOneReason() throws IOException {
    Photos.png(photos.resolve("a.png"), 1, 120, 100);
    Photos.jpeg(photos.resolve("deep/er/b c%20#.jpg"), 2, 100, 140);
    Photos.png(photos.resolve("deep/small.png"), 3, 120, 99);
    Photos.png(photos.resolve("huge.png"), 4, 500, 101);
    Photos.write(photos.resolve("empty.jpg"), new byte[0]);
    Photos.write(photos.resolve("text.jpg"), "not an image".getBytes(UTF_8));
    byte[] png = ImageEncoder.png(Photos.image(5, 100, 100));
    Photos.write(photos.resolve("cut.png"), Arrays.copyOf(png, 20));
    for (String hidden : List.of("_started.json", ".dot.png", "_folder/x.png", "deep/.git/y.png")) {
      Photos.png(photos.resolve(hidden), 6, 120, 120);
    }

    Outcome<IndexManifest> outcome = run(photos.toString());

    assertThat(outcome.made()).isEqualTo(Made.NOW);
    assertThat(outcome.manifest().counts().accepted()).isEqualTo(2);
    assertThat(outcome.manifest().counts().rejected())
        .isEqualTo(
            Map.of(
                "too-small",
                1L,
                "too-large",
                1L,
                "empty",
                1L,
                "not-an-image",
                1L,
                "truncated",
                1L));
    assertThat(images(outcome))
        .containsExactly(
            new IndexRow(
                "file:" + photos + "/a.png",
                "a.png",
                120,
                100,
                "png",
                "RGB",
                Files.size(photos.resolve("a.png"))),
            new IndexRow(
                "file:" + photos + "/deep/er/b c%20#.jpg",
                "deep/er/b c%20#.jpg",
                100,
                140,
                "jpeg",
                "RGB",
                Files.size(photos.resolve("deep/er/b c%20#.jpg"))));
    Map<String, RejectedRow> rejected =
        rejected(outcome).stream().collect(Collectors.toMap(RejectedRow::imageId, row -> row));
    assertThat(rejected.get("deep/small.png").detail())
        .isEqualTo("has 120x99 pixels, where each side must have at least 100");
    assertThat(rejected.get("huge.png").reason()).isEqualTo("too-large");
    assertThat(rejected.get("empty.jpg").reason()).isEqualTo("empty");
    assertThat(rejected.get("text.jpg").reason()).isEqualTo("not-an-image");
    assertThat(rejected.get("cut.png").reason()).isEqualTo("truncated");
    assertThat(root.resolve("index").toFile().list())
        .containsExactlyInAnyOrder("images", "rejected", "index.json");
  }

  @Test
  void aHeaderBehindLargeMetadataIsFound() throws IOException {
    byte[] jpeg = ImageEncoder.jpeg(Photos.image(1, 120, 120), 90);
    // Comments of 65533 bytes between the start marker and the rest.
    byte[] comment = new byte[65537];
    comment[0] = (byte) 0xFF;
    comment[1] = (byte) 0xFE;
    comment[2] = (byte) 0xFF;
    comment[3] = (byte) 0xFF;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(jpeg, 0, 2);
    for (int i = 0; i < 6; i++) {
      file.writeBytes(comment);
    }
    file.write(jpeg, 2, jpeg.length - 2);
    Photos.write(photos.resolve("a.jpg"), file.toByteArray());
    assertThat(images(run(photos.toString()))).extracting(IndexRow::width).containsExactly(120);
  }

  @Test
  void awkwardFilesAreSortedLikePillowDoes() throws IOException {
    Path awkward = SharedData.path("data/awkward");
    Request request =
        new Request(List.of(awkward.toString()), new IndexSettings(1, 200_000_000, 1));
    Outcome<IndexManifest> outcome = request.run();

    List<String> opened =
        SharedData.csv("golden/awkward.csv").stream()
            .skip(1)
            .filter(row -> row[2].equals("ok"))
            .map(row -> row[0])
            .toList();
    List<String> accepted = images(outcome).stream().map(IndexRow::imageId).toList();
    assertThat(accepted).containsAll(opened);
    Map<String, String> rejected =
        rejected(outcome).stream()
            .collect(Collectors.toMap(RejectedRow::imageId, RejectedRow::reason));
    assertThat(rejected).containsEntry("zero_bytes.jpg", "empty");
    assertThat(rejected).containsEntry("decompression_bomb.gif", "too-large");
    assertThat(rejected).containsKey("broken.png");
    assertThat(accepted.size() + rejected.size()).isEqualTo(30);
  }

  @Test
  void linesOfATextFileAreLookedUpByTheTasks() throws IOException {
    Path photos = root.resolve("listed");
    Photos.png(photos.resolve("a/1.png"), 1, 120, 110);
    Photos.png(photos.resolve("a/2.png"), 2, 120, 110);
    Photos.png(photos.resolve("b/3.png"), 3, 120, 110);
    Path list = root.resolve("uris.txt");
    Files.writeString(
        list,
        String.join(
            "\n",
            "# two and a folder",
            "",
            photos + "/a/1.png",
            photos + "/b",
            photos + "/no.png"));
    String folder = root.resolve("listed-index").toString();
    IndexManifest manifest =
        new IndexJob(LocalSpark.context(spark))
            .run(
                new IndexJob.Request(
                    List.of(),
                    List.of(list.toString()),
                    folder,
                    Optional.empty(),
                    Existing.KEEP,
                    SETTINGS))
            .manifest();
    assertThat(manifest.counts().accepted()).isEqualTo(2);
    assertThat(manifest.counts().rejected()).isEqualTo(Map.of("unreadable", 1L));
    String below = photos.toString().substring(1);
    assertThat(
            IndexTables.readImages(
                LocalSpark.context(spark).files(), folder, manifest.imageFiles().get(0)))
        .extracting(IndexRow::imageId)
        .containsExactlyInAnyOrder(below + "/a/1.png", below + "/b/3.png");
  }

  @Test
  void verificationFindsDamageBehindTheHeader() throws IOException {
    Path photos = root.resolve("verified");
    Photos.jpeg(photos.resolve("good.jpg"), 1, 120, 110);
    Photos.jpeg(photos.resolve("cut.jpg"), 2, 120, 110);
    Path cut = photos.resolve("cut.jpg");
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 20));
    IndexSettings verify = new IndexSettings(100, 50_000, 1, true, false);
    for (IndexSettings settings : List.of(SETTINGS, verify)) {
      String folder = root.resolve("verified-" + settings.verify()).toString();
      IndexManifest manifest =
          new IndexJob(LocalSpark.context(spark))
              .run(
                  new IndexJob.Request(
                      List.of(photos.toString()),
                      folder,
                      Optional.empty(),
                      Existing.KEEP,
                      settings))
              .manifest();
      assertThat(manifest.counts().rejected())
          .isEqualTo(settings.verify() ? Map.of("truncated", 1L) : Map.of());
    }
  }

  @Test
  void memoryShortageEndsTheJobInsteadOfChangingTheIndex() throws IOException {
    Photos.jpeg(photos.resolve("good.jpg"), 1, 120, 110);
    Path huge = photos.resolve("huge.jpg");
    int width = 60_000;
    int height = (int) (Runtime.getRuntime().maxMemory() / (3L * width));
    Photos.write(huge, progressiveJpeg(width, height));
    long pixels = (long) width * height;
    // Headers need no memory.
    assertThat(run(photos, "headers", new IndexSettings(100, pixels, 1)).accepted()).isEqualTo(2);
    assertThatThrownBy(() -> run(photos, "decoded", new IndexSettings(100, pixels, 1, true, false)))
        .isInstanceOf(UserException.class)
        .hasMessageMatching(
            ".*/huge\\.jpg: has 60000x\\d+ pixels, which take about \\d+ MiB to decode, where this"
                + " process has \\d+ MiB for that\\. Give the process more memory .*, or set"
                + " index\\.max-pixels below its number of pixels: .*");
    IndexManifest.Counts limited =
        run(photos, "limited", new IndexSettings(100, pixels - 1, 1, true, false));
    assertThat(limited.rejected()).isEqualTo(Map.of("too-large", 1L));
    assertThat(limited.accepted()).isEqualTo(1);
  }

  private IndexManifest.Counts run(Path input, String name, IndexSettings settings)
      throws IOException {
    return new IndexJob(LocalSpark.context(spark))
        .run(
            new IndexJob.Request(
                List.of(input.toString()),
                root.resolve(name).toString(),
                Optional.empty(),
                Existing.KEEP,
                settings))
        .manifest()
        .counts();
  }

  /** With hardly any image data: nobody gets as far as that. */
  private static byte[] progressiveJpeg(int width, int height) {
    ByteBuffer file = ByteBuffer.allocate(39);
    file.putInt(0xFFD8FFC2).putShort((short) 17).put((byte) 8);
    file.putShort((short) height).putShort((short) width).put((byte) 3);
    file.put(new byte[] {1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0});
    file.putShort((short) 0xFFDA).putShort((short) 12).put((byte) 3);
    file.put(new byte[] {1, 0, 2, 0, 3, 0, 0, 0, 0, 0x55}).putShort((short) 0xFFD9);
    return Arrays.copyOf(file.array(), file.position());
  }

  @Test
  void anIndexThatIsCompleteIsTakenAsItIs() throws IOException {
    Photos.png(photos.resolve("a.png"), 1, 120, 100);
    Outcome<IndexManifest> first = run(photos.toString());
    Photos.png(photos.resolve("b.png"), 1, 120, 100);
    Outcome<IndexManifest> second = run(photos.toString());
    assertThat(second.made()).isEqualTo(Made.BEFORE);
    assertThat(second.manifest()).isEqualTo(first.manifest());
    Request anew = new Request(List.of(photos.toString()), SETTINGS, Existing.OVERWRITE);
    assertThat(anew.run().manifest().counts().accepted()).isEqualTo(2);
  }

  @Test
  void thePathsAreWrittenAsTheTutorialsJsonList() throws IOException {
    Photos.png(photos.resolve("b.png"), 1, 120, 100);
    Photos.png(photos.resolve("a \"q\".png"), 2, 120, 100);
    Photos.write(photos.resolve("c.png"), new byte[0]);
    Path list = root.resolve("train_images.json");
    new IndexJob(LocalSpark.context(spark))
        .run(
            new IndexJob.Request(
                List.of(photos.toString()),
                output,
                Optional.of(list.toString()),
                Existing.KEEP,
                SETTINGS));
    assertThat(Files.readString(list))
        .isEqualTo("[ \"%s/a \\\"q\\\".png\", \"%s/b.png\" ]\n", photos, photos);
  }

  @Test
  void theOutputFolderIsNoInput() throws IOException {
    Photos.png(photos.resolve("a.png"), 1, 120, 100);
    output = photos.resolve("index").toString();
    Outcome<IndexManifest> first = run(photos.toString());
    Request anew = new Request(List.of(photos.toString()), SETTINGS, Existing.OVERWRITE);
    assertThat(anew.run().manifest().counts()).isEqualTo(first.manifest().counts());
    assertThat(first.manifest().counts().rejected()).isEmpty();
  }

  @Test
  void withoutAnyUsableImageTheJobFails() throws IOException {
    Files.createDirectories(photos);
    assertThatThrownBy(() -> run(photos.toString()))
        .isInstanceOf(UserException.class)
        .hasMessage(photos + ": no usable image, no files at all.");
    Photos.write(photos.resolve("b.jpg"), new byte[0]);
    Photos.write(photos.resolve("a.jpg"), new byte[0]);
    assertThatThrownBy(() -> run(photos.toString()))
        .isInstanceOf(UserException.class)
        .hasMessage(
            photos
                + ": no usable image among 2 files (empty: 2; first: a.jpg (has no bytes), b.jpg"
                + " (has no bytes)).");
    assertThat(root.resolve("index/index.json")).doesNotExist();
  }

  @Test
  void moreRejectedThanAllowedFailsTheJob() throws IOException {
    Photos.png(photos.resolve("a.png"), 1, 120, 100);
    Photos.write(photos.resolve("b.jpg"), new byte[0]);
    IndexSettings strict = new IndexSettings(100, 50_000, 0.4);
    Request request = new Request(List.of(photos.toString()), strict);
    assertThatThrownBy(request::run)
        .isInstanceOf(UserException.class)
        .hasMessage(
            photos
                + ": 1 of 2 files are no usable images, more than index.max-rejected = 0.4 allows"
                + " (empty: 1; first: b.jpg (has no bytes)).");
    // The share is no part of the artefact: allowing more continues.
    assertThat(run(photos.toString()).manifest().counts().accepted()).isEqualTo(1);
  }

  @Test
  void progressCountsEveryFile() throws IOException {
    for (int i = 0; i < 9; i++) {
      Photos.png(photos.resolve(i % 3 + "/" + i + ".png"), i, 100, 100);
    }
    List<String> events = Collections.synchronizedList(new ArrayList<>());
    Progress recording =
        (label, unit, total) ->
            new Progress.Task() {
              private long done;

              @Override
              public void advanceTo(long done) {
                this.done = done;
              }

              @Override
              public void message(String text) {}

              @Override
              public void close() {
                events.add(label + " " + done + " of " + total + " " + unit);
              }
            };
    new IndexJob(new JobContext(spark, recording, "v", ""))
        .run(
            new IndexJob.Request(
                List.of(photos.toString()), output, Optional.empty(), Existing.KEEP, SETTINGS));
    assertThat(events).containsExactly("list 9 of -1 files", "index 9 of 9 images");
  }

  private Outcome<IndexManifest> run(String... inputs) throws IOException {
    return new Request(List.of(inputs), SETTINGS).run();
  }

  private final class Request {
    private final IndexJob.Request request;

    Request(List<String> inputs, IndexSettings settings) {
      this(inputs, settings, Existing.KEEP);
    }

    Request(List<String> inputs, IndexSettings settings, Existing existing) {
      this.request = new IndexJob.Request(inputs, output, Optional.empty(), existing, settings);
    }

    Outcome<IndexManifest> run() throws IOException {
      return new IndexJob(LocalSpark.context(spark)).run(request);
    }
  }

  private static List<IndexRow> images(Outcome<IndexManifest> outcome) throws IOException {
    List<IndexRow> rows = new ArrayList<>();
    HadoopFileStore files = new HadoopFileStore(spark.hadoopConfiguration());
    for (TableFile table : outcome.manifest().imageFiles()) {
      rows.addAll(IndexTables.readImages(files, outcome.uri(), table));
    }
    return rows;
  }

  private static List<RejectedRow> rejected(Outcome<IndexManifest> outcome) throws IOException {
    List<RejectedRow> rows = new ArrayList<>();
    HadoopFileStore files = new HadoopFileStore(spark.hadoopConfiguration());
    for (TableFile table : outcome.manifest().rejectedFiles()) {
      rows.addAll(IndexTables.readRejected(files, outcome.uri(), table));
    }
    return rows;
  }
}
