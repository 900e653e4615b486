package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.core.image.DeadLeaves;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardSettings;
import io.sparksr.jobs.Outcome.Made;
import io.sparksr.jobs.SynthesizeSettings.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynthesizeJobIT {
  private static JavaSparkContext spark;

  @TempDir private Path root;

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.start(2);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void imagesDependOnTheirNumberAlone() throws IOException, ImageException {
    SynthesizeSettings settings = settings(9, Format.PNG);
    Outcome<SynthesizeManifest> outcome = run("leaves", settings);

    Path last = root.resolve("leaves/leaves-00008.png");
    assertThat(new ImageDecoder(1 << 20).decode(Files.readAllBytes(last)))
        .isEqualTo(new DeadLeaves(settings.leaves()).image(3, 8));
    long bytes = 0;
    for (int i = 0; i < 9; i++) {
      bytes += Files.size(root.resolve("leaves/leaves-0000" + i + ".png"));
    }
    assertThat(outcome.manifest().bytes()).isEqualTo(bytes);
    assertThat(outcome.manifest().count()).isEqualTo(9);
    assertThat(root.resolve("leaves").toFile().list()).hasSize(10);
  }

  @Test
  void aCompleteFolderIsTakenAndOneOfOtherSettingsRefused() throws IOException {
    run("leaves", settings(3, Format.JPEG));
    assertThat(run("leaves", settings(3, Format.JPEG)).made()).isEqualTo(Made.BEFORE);
    assertThatThrownBy(() -> run("leaves", settings(2, Format.JPEG)))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            root.resolve("leaves") + ": holds made-up images made with other settings or inputs.");
    new SynthesizeJob(LocalSpark.context(spark))
        .run(
            new SynthesizeJob.Request(
                root.resolve("leaves").toString(), Existing.OVERWRITE, settings(2, Format.PNG)));
    assertThat(root.resolve("leaves").toFile().list())
        .containsExactlyInAnyOrder("leaves-00000.png", "leaves-00001.png", "_synthesize.json");
  }

  @Test
  void madeUpImagesAreIndexedAndShardedWhole() throws IOException {
    run("leaves", settings(5, Format.JPEG));
    JobContext context = LocalSpark.context(spark);
    IndexManifest index =
        new IndexJob(context)
            .run(
                new IndexJob.Request(
                    List.of(root.resolve("leaves").toString()),
                    root.resolve("index").toString(),
                    Optional.empty(),
                    Existing.KEEP,
                    new IndexSettings(96, 1 << 20, 0)))
            .manifest();
    assertThat(index.counts().accepted()).isEqualTo(5);
    assertThat(index.counts().rejected()).isEmpty();
    ShardManifest shards =
        new ShardJob(context)
            .run(
                new ShardJob.Request(
                    root.resolve("index").toString(),
                    root.resolve("shards").toString(),
                    Existing.KEEP,
                    new ShardSettings(
                        96, 4, 3, "pillow-bicubic", 1 << 20, 8, "zstd", 0, 1 << 20, 1)))
            .manifest();
    assertThat(shards.rows()).isEqualTo(15);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> settings(0, Format.PNG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count: must be at least 1, got 0");
  }

  private Outcome<SynthesizeManifest> run(String folder, SynthesizeSettings settings)
      throws IOException {
    return new SynthesizeJob(LocalSpark.context(spark))
        .run(new SynthesizeJob.Request(root.resolve(folder).toString(), Existing.KEEP, settings));
  }

  private static SynthesizeSettings settings(int count, Format format) {
    return new SynthesizeSettings(count, 128, 112, 40, 3, 40, 0.4, 1, format, 90, 3);
  }
}
