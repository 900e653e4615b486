package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.core.image.BicubicResampler;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.NativeJpeg;
import io.sparksr.core.image.Orientation;
import io.sparksr.core.image.OutputFormat;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.Sha256;
import io.sparksr.data.Distortions;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexRow;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.IndexTables;
import io.sparksr.data.RejectedRow;
import io.sparksr.data.Rejections;
import io.sparksr.data.ShardDataset;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardPlan;
import io.sparksr.data.ShardRow;
import io.sparksr.data.ShardSettings;
import io.sparksr.data.TableFile;
import io.sparksr.jobs.Outcome.Made;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple2;

class ShardJobIT {
  private static final int IMAGES = 24;

  /** Crops of 48, so that 24 images of 2 crops make 6 shards of 64 KiB. */
  private static final ShardSettings SETTINGS = settings(0.1);

  private static final Distortions SPOILT =
      new Distortions(List.of(0.2, 2.0), List.of(1.0, 9.0), List.of(30, 95));

  private static JavaSparkContext spark;

  @TempDir private Path root;
  private Path photos;
  private String index;
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
  void writePhotos() throws IOException {
    photos = root.resolve("photos");
    index = root.resolve("index").toString();
    output = root.resolve("out").toString();
    for (int i = 0; i < IMAGES; i++) {
      Photos.png(photos.resolve("set" + i % 3 + "/" + i + ".png"), i, 60 + i, 90 - i);
    }
  }

  @AfterEach
  void stopFailing() {
    FailingFileSystem.failNever();
  }

  @Test
  void everyRowIsACropOfItsImageWithItsReduction() throws IOException, ImageException {
    index();
    Outcome<ShardManifest> outcome = shard(SETTINGS);
    ShardManifest manifest = outcome.manifest();

    assertThat(manifest.images()).isEqualTo(IMAGES);
    assertThat(manifest.rows()).isEqualTo(2 * IMAGES);
    assertThat(manifest.shards().size()).isBetween(4, 6);
    assertThat(manifest.rejected()).isEqualTo(Rejections.NONE);
    assertThat(manifest.provenance().sources()).containsOnlyKeys(index + "/index.json");
    assertThat(Arrays.stream(manifest.blockRows())).allMatch(rows -> rows >= 1 && rows <= 4);
    assertThat(root.resolve("out").toFile().list())
        .containsExactlyInAnyOrder("shards", "manifest.json");
    assertThat(root.resolve("out/shards/_done")).doesNotExist();
    Set<String> seen = new HashSet<>();
    try (ShardDataset dataset = open(output)) {
      dataset.verify();
      for (int block = 0; block < manifest.blockRows().length; block++) {
        for (ShardRow row : dataset.readBlock(block).rows()) {
          RgbImage image =
              new ImageDecoder(1 << 20).decode(Files.readAllBytes(photos.resolve(row.imageId())));
          RgbImage hr = image.crop(row.left(), row.top(), 48, 48);
          assertThat(row.hr()).isEqualTo(hr.pixels());
          assertThat(row.lr()).isEqualTo(BicubicResampler.resize(hr, 12, 12).pixels());
          assertThat(seen.add(row.imageId() + " " + row.crop())).isTrue();
        }
      }
    }
    assertThat(seen).hasSize(2 * IMAGES);
  }

  @Test
  void theBytesDoNotDependOnTheNumberOfCores() throws IOException {
    spark.stop();
    Map<Integer, ShardManifest> manifests = new TreeMap<>();
    Map<Integer, IndexManifest> indexes = new TreeMap<>();
    for (int cores : new int[] {1, 2, 7}) {
      spark = LocalSpark.start(cores);
      String own = root.resolve("index-" + cores).toString();
      indexes.put(cores, index(own).manifest());
      // The same index for all: its manifest's checksum, with the time in it, is in theirs.
      manifests.put(
          cores, shard(root.resolve("index-1").toString(), output + cores, spoilt()).manifest());
      spark.stop();
    }
    spark = LocalSpark.start(2);
    for (int cores : new int[] {2, 7}) {
      assertThat(indexes.get(cores).files()).isEqualTo(indexes.get(1).files());
      assertThat(indexes.get(cores).counts()).isEqualTo(indexes.get(1).counts());
      assertThat(manifests.get(cores))
          .usingRecursiveComparison()
          .ignoringFields("provenance.createdAt")
          .isEqualTo(manifests.get(1));
    }
  }

  @Test
  void aMovedDataSetGivesTheSameShards() throws IOException {
    index();
    ShardManifest before = shard(SETTINGS).manifest();
    Files.move(photos, root.resolve("elsewhere"));
    photos = root.resolve("elsewhere");
    String moved = root.resolve("index-moved").toString();
    index(moved);
    ShardManifest after = shard(moved, output + "-moved", SETTINGS).manifest();
    assertThat(after.shards()).isEqualTo(before.shards());
  }

  @Test
  void aJobThatFailedHalfWayKeepsItsFinishedShardsWhenStartedAgain() throws IOException {
    index();
    ShardManifest whole = shard(SETTINGS).manifest();
    String last = whole.shards().get(whole.shards().size() - 1).path();
    String other = "failing://" + root + "/other";

    FailingFileSystem.failOn(last);
    assertThatThrownBy(() -> shard(index, other, SETTINGS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the disk is full");
    Path shards = root.resolve("other/shards");
    assertThat(shards.resolve(Path.of(last).getFileName())).doesNotExist();
    assertThat(root.resolve("other/manifest.json")).doesNotExist();
    Map<Path, FileTime> finished = new TreeMap<>();
    try (Stream<Path> done = Files.list(shards.resolve("_done"))) {
      for (Path note : done.toList()) {
        Path shard = shards.resolve(note.getFileName().toString().replace(".json", ".parquet"));
        Files.setLastModifiedTime(shard, FileTime.fromMillis(1_000_000));
        finished.put(shard, Files.getLastModifiedTime(shard));
      }
    }
    assertThat(finished).isNotEmpty();
    // One finished shard lost bytes after all: it is made again.
    Path damaged = finished.keySet().iterator().next();
    Files.write(damaged, new byte[10]);
    finished.remove(damaged);

    FailingFileSystem.failNever();
    Outcome<ShardManifest> resumed = shard(index, other, SETTINGS);

    assertThat(resumed.made()).isEqualTo(Made.NOW);
    assertThat(resumed.manifest().shards()).isEqualTo(whole.shards());
    for (Map.Entry<Path, FileTime> shard : finished.entrySet()) {
      assertThat(Files.getLastModifiedTime(shard.getKey())).isEqualTo(shard.getValue());
    }
    try (ShardDataset dataset = open(root.resolve("other").toString())) {
      dataset.verify();
    }
  }

  @Test
  void aSecondAttemptWritesToAnotherNameAndOnlyItCounts() throws IOException {
    index();
    ShardManifest whole = shard(SETTINGS).manifest();
    String first = whole.shards().get(0).path();
    String other = "failing://" + root + "/other";
    FailingFileSystem.failOn(first);
    assertThatThrownBy(() -> shard(index, other, SETTINGS))
        .isInstanceOf(IllegalStateException.class);
    // What an attempt left that was killed before it could clean up.
    Path stray = root.resolve("other/shards/shard-00001-retry-0-2.parquet");
    Files.createDirectories(stray.getParent());
    Files.write(stray, new byte[100]);
    spark.stop();
    spark = LocalSpark.start("local[2,4]", new SparkConf());
    FailingFileSystem.failOnceOn(first);
    ShardManifest retried = shard(index, other, SETTINGS).manifest();

    assertThat(retried.shards().get(0).path()).isEqualTo("shards/shard-00000-retry-0-1.parquet");
    assertThat(retried.shards().subList(1, retried.shards().size()))
        .isEqualTo(whole.shards().subList(1, whole.shards().size()));
    assertThat(retried.shards().get(0).sha256()).isEqualTo(whole.shards().get(0).sha256());
    assertThat(root.resolve("other/shards").toFile().list())
        .hasSize(retried.shards().size())
        .doesNotContain(stray.getFileName().toString());
    assertThat(new VerifyJob(LocalSpark.context(spark)).run(other).problems()).isEmpty();
  }

  @Test
  void anAttemptThatEndsAfterTheJobLeavesNothing() throws IOException {
    index();
    ShardManifest manifest = shard(SETTINGS).manifest();
    List<String> before = List.of(root.resolve("out/shards").toFile().list());
    spark.stop();
    spark = LocalSpark.start("local[1,2]", new SparkConf());
    JobContext context = LocalSpark.context(spark);
    ShardPlan plan = ShardPlan.of(IMAGES, SETTINGS);
    TableFile table = IndexManifest.read(files(), index).imageFiles().get(0);
    List<Tuple2<Integer, IndexRow>> images =
        IndexTables.readImages(files(), index, table).stream()
            .map(row -> new Tuple2<>(plan.shardOf(row.imageId()), row))
            .filter(image -> image._1() == 0)
            .toList();
    MakeShard late =
        new MakeShard(
            context.remoteFiles(), output, SETTINGS, plan, "", spark.sc().longAccumulator());
    for (int attempt = 0; attempt < 2; attempt++) {
      int failing = attempt - 1;
      List<ShardDone> done =
          spark
              .parallelize(images, 1)
              .mapPartitionsWithIndex(
                  (shard, pairs) -> {
                    if (TaskContext.get().attemptNumber() == failing) {
                      throw new IllegalStateException("lost");
                    }
                    return late.call(shard, pairs);
                  },
                  false)
              .collect();
      assertThat(done.get(0).entries().get(0).path())
          .isEqualTo("shards/shard-00000%s.parquet", attempt == 0 ? "" : "-retry-0-1");
      assertThat(done.get(0).entries().get(0).sha256())
          .isEqualTo(manifest.shards().get(0).sha256());
      assertThat(root.resolve("out/shards").toFile().list())
          .containsExactlyInAnyOrderElementsOf(before);
      assertThat(new VerifyJob(context).run(output).problems()).isEmpty();
    }
  }

  @Test
  void verificationNamesEveryShardThatIsNotAsItWasWritten() throws IOException {
    index();
    ShardManifest manifest = shard(SETTINGS).manifest();
    VerifyJob verify = new VerifyJob(LocalSpark.context(spark));
    assertThat(verify.run(output).problems()).isEmpty();
    Path changed = root.resolve("out").resolve(manifest.shards().get(1).path());
    byte[] bytes = Files.readAllBytes(changed);
    bytes[bytes.length / 2]++;
    Files.write(changed, bytes);
    Path missing = root.resolve("out").resolve(manifest.shards().get(2).path());
    Files.delete(missing);
    assertThat(verify.run(output).problems())
        .satisfiesExactly(
            problem -> assertThat(problem).startsWith(changed + ": has SHA-256 "),
            problem -> assertThat(problem).startsWith(missing + ": missing, although"));
  }

  @Test
  void exportsHoldEveryPairAsPng() throws IOException, ImageException {
    index();
    ShardManifest manifest = shard(SETTINGS).manifest();
    ShardExportJob export = new ShardExportJob(LocalSpark.context(spark));
    String tars = root.resolve("tars").toString();
    ShardExportJob.Manifest made =
        export
            .run(
                new ShardExportJob.Request(
                    output, tars, Existing.KEEP, ShardExportJob.Format.WEBDATASET))
            .manifest();
    String folders = root.resolve("folders").toString();
    export.run(
        new ShardExportJob.Request(output, folders, Existing.KEEP, ShardExportJob.Format.FOLDERS));

    assertThat(made.rows()).isEqualTo(2 * IMAGES);
    assertThat(made.files()).hasSameSizeAs(manifest.shards());
    List<String> names = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    Path tar = root.resolve("tars").resolve(made.files().get(0).path());
    assertThat(Sha256.of(Files.readAllBytes(tar))).isEqualTo(made.files().get(0).sha256());
    try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(tar))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
        contents.add(in.readAllBytes());
      }
    }
    assertThat(names)
        .hasSize(3 * (int) manifest.shards().get(0).rows())
        .startsWith("00000-0000000.hr.png", "00000-0000000.lr.png", "00000-0000000.json");
    ImageDecoder decoder = new ImageDecoder(1 << 20);
    try (ShardDataset dataset = open(output)) {
      ShardRow row = dataset.readBlock(0).rows().get(0);
      assertThat(decoder.decode(contents.get(0)).pixels()).isEqualTo(row.hr());
      assertThat(decoder.decode(contents.get(1)).pixels()).isEqualTo(row.lr());
      assertThat(new String(contents.get(2), UTF_8))
          .isEqualTo(
              "{\"imageId\":\"%s\",\"crop\":%d,\"left\":%d,\"top\":%d,\"scale\":4}",
              row.imageId(), row.crop(), row.left(), row.top());
      Path hr = Path.of(folders, "HR", row.imageId() + "-" + row.crop() + ".png");
      Path lr = Path.of(folders, "LR", row.imageId() + "-" + row.crop() + ".png");
      assertThat(decoder.decode(Files.readAllBytes(hr)).pixels()).isEqualTo(row.hr());
      assertThat(decoder.decode(Files.readAllBytes(lr)).pixels()).isEqualTo(row.lr());
    }
  }

  @Test
  void imagesThatDoNotDecodeAreCountedAndListed() throws IOException {
    Path broken = photos.resolve("set0/0.png");
    index();
    byte[] bytes = Files.readAllBytes(broken);
    Files.write(broken, Arrays.copyOf(bytes, bytes.length / 2));
    Files.delete(photos.resolve("set1/1.png"));

    ShardManifest manifest = shard(SETTINGS).manifest();

    assertThat(manifest.images()).isEqualTo(IMAGES - 2);
    assertThat(manifest.rows()).isEqualTo(2 * (IMAGES - 2));
    assertThat(manifest.rejected().count()).isEqualTo(2);
    assertThat(manifest.rejected().reasons()).isEqualTo(Map.of("truncated", 1L, "unreadable", 1L));
    assertThat(manifest.rejected().details())
        .extracting(RejectedRow::imageId)
        .containsExactly("set0/0.png", "set1/1.png");
  }

  @Test
  void moreBrokenImagesThanAllowedFailTheJobUntilMoreAreAllowed() throws IOException {
    index();
    for (int i = 0; i < 3; i++) {
      Files.write(photos.resolve("set" + i + "/" + i + ".png"), new byte[0]);
    }
    assertThatThrownBy(() -> shard(SETTINGS))
        .isInstanceOf(UserException.class)
        .hasMessage(
            index
                + ": 3 of 24 images can't be used, more than shard.max-rejected = 0.1 allows"
                + " (empty: 3; first: set0/0.png (has no bytes), set1/1.png (has no bytes),"
                + " set2/2.png (has no bytes)).");
    assertThat(root.resolve("out/manifest.json")).doesNotExist();
    assertThat(shard(settings(0.2)).manifest().images()).isEqualTo(IMAGES - 3);
  }

  @Test
  void shardsThatAreCompleteAreTakenAsTheyAreAndOthersRefused() throws IOException {
    index();
    ShardManifest first = shard(SETTINGS).manifest();
    Outcome<ShardManifest> second = shard(SETTINGS);
    assertThat(second.made()).isEqualTo(Made.BEFORE);
    assertThat(second.manifest()).isEqualTo(first);
    ShardSettings other =
        new ShardSettings(48, 4, 1, "pillow-bicubic", 1 << 16, 4, "none", 0.1, 1 << 20, 1);
    assertThatThrownBy(() -> shard(other))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(output + ": holds shards made with other settings or inputs.");
    ShardManifest anew =
        new ShardJob(LocalSpark.context(spark))
            .run(new ShardJob.Request(index, output, Existing.OVERWRITE, other))
            .manifest();
    assertThat(anew.rows()).isEqualTo(IMAGES);
    assertThat(root.resolve("out/shards").toFile().list()).hasSize(anew.shards().size());
  }

  @Test
  void distortionsChangeLrAloneAndAreInTheManifest() throws IOException {
    index();
    shard(SETTINGS);
    assertThatThrownBy(() -> shard(spoilt()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(output + ": holds shards made with other settings or inputs.");
    String other = output + "-spoilt";
    ShardManifest manifest = shard(index, other, spoilt()).manifest();
    assertThat(manifest.beforeReduction()).isEqualTo(SPOILT);
    assertThat(new String(Files.readAllBytes(Path.of(other, "manifest.json")), UTF_8))
        .contains("\"blur\" : [ 0.2, 2.0 ]", "\"jpeg\" : [ 30, 95 ]");
    try (ShardDataset clean = open(output);
        ShardDataset spoilt = open(other)) {
      assertThat(spoilt.manifest()).isEqualTo(manifest);
      List<ShardRow> rows = clean.readBlock(0).rows();
      List<ShardRow> spoiltRows = spoilt.readBlock(0).rows();
      for (int i = 0; i < rows.size(); i++) {
        assertThat(spoiltRows.get(i).imageId()).isEqualTo(rows.get(i).imageId());
        assertThat(spoiltRows.get(i).hr()).isEqualTo(rows.get(i).hr());
        assertThat(spoiltRows.get(i).lr()).isNotEqualTo(rows.get(i).lr());
      }
    }
  }

  @Test
  void cropsAreCutFromTheTurnedImageWhereTheIndexAppliesOrientations()
      throws IOException, ImageException {
    Path turned = root.resolve("turned");
    OutputFormat[] formats = {OutputFormat.JPEG, OutputFormat.PNG, OutputFormat.WEBP};
    for (int code = 1; code <= 8; code++) {
      // 250 rows of noise are more than the index reads of a file at first.
      RgbImage image = code == 8 ? Photos.noise(8, 120, 250) : Photos.image(code, 70, 50);
      for (OutputFormat format : formats) {
        Photos.turned(turned.resolve(code + "." + format.extension()), format, image, code);
      }
    }
    photos = turned;
    index(root.resolve("stored").toString(), new IndexSettings(48, 1 << 20, 0));
    IndexManifest manifest =
        index(index, new IndexSettings(48, 1 << 20, 0, false, true)).manifest();
    Map<String, IndexRow> rows = new TreeMap<>();
    for (TableFile table : manifest.imageFiles()) {
      IndexTables.readImages(files(), index, table).forEach(row -> rows.put(row.imageId(), row));
    }
    assertThat(rows).hasSize(24);
    for (OutputFormat format : formats) {
      assertThat(rows.get("4." + format.extension()).width()).isEqualTo(70);
      assertThat(rows.get("6." + format.extension()).width()).isEqualTo(50);
      assertThat(rows.get("8." + format.extension()).width()).isEqualTo(250);
      assertThat(rows.get("7." + format.extension()).orientation()).isEqualTo(7);
    }

    shard(SETTINGS);
    int seen = 0;
    try (ShardDataset dataset = open(output)) {
      for (int block = 0; block < dataset.manifest().blockRows().length; block++) {
        for (ShardRow row : dataset.readBlock(block).rows()) {
          byte[] file = Files.readAllBytes(turned.resolve(row.imageId()));
          RgbImage upright = Orientation.of(file).upright(new ImageDecoder(1 << 20).decode(file));
          assertThat(row.hr()).isEqualTo(upright.crop(row.left(), row.top(), 48, 48).pixels());
          seen++;
        }
      }
    }
    assertThat(seen).isEqualTo(48);
    // Ignored by default: other crops.
    String plain = output + "-stored";
    ShardManifest stored = shard(root.resolve("stored").toString(), plain, SETTINGS).manifest();
    assertThat(stored.shards()).isNotEqualTo(ShardManifest.read(files(), output).shards());
  }

  @Test
  void aMissingIndexIsTheUsersToMend() {
    assertThatThrownBy(() -> shard(SETTINGS))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(index + "/index.json: not found. ");
  }

  @Test
  void aBrokenIndexFoundByATaskIsTheUsersToMend() throws IOException {
    index();
    Path part = root.resolve("index/images/part-00000.parquet");
    Files.write(part, new byte[5]);
    assertThatThrownBy(() -> shard(SETTINGS))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(index + "/images/part-00000.parquet: has 5 bytes where ");
  }

  private static ShardSettings spoilt() {
    return new ShardSettings(
        48,
        4,
        2,
        "pillow-bicubic",
        SPOILT,
        SPOILT,
        1 << 16,
        4,
        "none",
        0.1,
        1 << 20,
        NativeJpeg.AUTO,
        1);
  }

  private static ShardSettings settings(double maxRejected) {
    return new ShardSettings(
        48, 4, 2, "pillow-bicubic", 1 << 16, 4, "none", maxRejected, 1 << 20, 1);
  }

  private void index() throws IOException {
    index(index);
  }

  private Outcome<IndexManifest> index(String folder) throws IOException {
    return index(folder, new IndexSettings(48, 1 << 20, 1));
  }

  private Outcome<IndexManifest> index(String folder, IndexSettings settings) throws IOException {
    return new IndexJob(LocalSpark.context(spark))
        .run(
            new IndexJob.Request(
                List.of(photos.toString()), folder, Optional.empty(), Existing.KEEP, settings));
  }

  private static HadoopFileStore files() {
    return LocalSpark.context(spark).files();
  }

  private Outcome<ShardManifest> shard(ShardSettings settings) throws IOException {
    return shard(index, output, settings);
  }

  private static Outcome<ShardManifest> shard(String index, String output, ShardSettings settings)
      throws IOException {
    return new ShardJob(LocalSpark.context(spark))
        .run(new ShardJob.Request(index, output, Existing.KEEP, settings));
  }

  private static ShardDataset open(String uri) throws IOException {
    return ShardDataset.open(new HadoopFileStore(new Configuration()), uri);
  }
}
