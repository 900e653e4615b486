package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Sha256;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.ShardDataset;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardSettings;
import io.sparksr.evaluation.Metrics;
import io.sparksr.evaluation.report.EvaluationReport;
import io.sparksr.jobs.Outcome.Made;
import io.sparksr.jobs.SynthesizeSettings.Format;
import io.sparksr.training.PrecisionChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every job on {@code s3a://}: what it writes, and what it does when it is started again. */
class S3aPipelineIT {
  private static final int IMAGES = 6;

  @TempDir private static Path root;
  private static S3Server server;
  private static CapturedLog log;
  private static JavaSparkContext spark;
  private static Pipeline pipeline;
  private static Results first;

  /** What the jobs gave. */
  private record Results(
      Outcome<SynthesizeManifest> images,
      Outcome<IndexManifest> index,
      Outcome<ShardManifest> shards,
      TrainJob.Result run,
      EvaluateJob.Result report,
      UpscaleJob.Result upscaled) {}

  /** The jobs, one behind the other, below a folder. */
  private record Pipeline(JobContext context, String base) {
    Outcome<SynthesizeManifest> synthesize() throws IOException {
      return new SynthesizeJob(context)
          .run(
              new SynthesizeJob.Request(
                  base + "/images",
                  Existing.KEEP,
                  new SynthesizeSettings(IMAGES, 64, 56, 40, 3, 40, 0.4, 1, Format.JPEG, 90, 3)));
    }

    Outcome<IndexManifest> index() throws IOException {
      return new IndexJob(context)
          .run(
              new IndexJob.Request(
                  List.of(base + "/images"),
                  base + "/index",
                  Optional.empty(),
                  Existing.KEEP,
                  new IndexSettings(32, 1 << 20, 0)));
    }

    Outcome<ShardManifest> shard() throws IOException {
      return new ShardJob(context)
          .run(
              new ShardJob.Request(
                  base + "/index",
                  base + "/shards",
                  Existing.KEEP,
                  new ShardSettings(
                      32, 4, 8, "pillow-bicubic", 64 << 10, 4, "none", 0, 1 << 20, 1)));
    }

    TrainJob.Result train(String run, long steps) throws IOException {
      return new TrainJob(context)
          .run(
              new TrainJob.Request(
                  base + "/shards",
                  base + "/" + run,
                  Resume.parse("auto"),
                  TrainedPipeline.NETWORK,
                  TrainedPipeline.settings(2, steps),
                  "train {}"));
    }

    EvaluateJob.Result evaluate() throws IOException {
      return new EvaluateJob(context)
          .run(
              new EvaluateJob.Request(
                  List.of("bicubic", "ours=" + base + "/run"),
                  List.of("leaves=" + base + "/images"),
                  base + "/report",
                  "test",
                  List.of(),
                  new EvaluateSettings(List.of("tutorial"), Metrics.ALWAYS, 1, 1 << 20, 16, ""),
                  BrokenImages.FAIL));
    }

    UpscaleJob.Result upscale() throws IOException {
      return new UpscaleJob(context)
          .run(
              new UpscaleJob.Request(
                  base + "/run",
                  base + "/images",
                  base + "/upscaled",
                  new UpscaleSettings(16, 2, 1 << 20, 0, PrecisionChoice.FP32, 1)));
    }

    Results all() throws IOException {
      return new Results(synthesize(), index(), shard(), train("run", 10), evaluate(), upscale());
    }
  }

  @BeforeAll
  static void runPipeline() throws IOException {
    server = S3Server.start(root);
    log = new CapturedLog();
    SparkConf conf = new SparkConf();
    server.settings().forEach((key, value) -> conf.set("spark.hadoop." + key, value));
    spark = LocalSpark.start("local[2,4]", conf.set("spark.logConf", "true"));
    pipeline = new Pipeline(LocalSpark.context(spark), server.uri() + "/runs/first");
    first = pipeline.all();
  }

  @AfterAll
  static void stop() {
    spark.stop();
    log.close();
    server.close();
  }

  @Test
  void everyArtefactIsInTheBucketAndReadable() throws IOException, ImageException {
    FileStore files = LocalSpark.context(spark).files();
    assertThat(objects("images/")).hasSize(IMAGES + 1).contains("_synthesize.json");
    assertThat(objects("index/")).containsExactly("images/part-00000.parquet", "index.json");
    assertThat(IndexManifest.read(files, pipeline.base() + "/index"))
        .isEqualTo(first.index().manifest());
    assertThat(first.index().manifest().counts().accepted()).isEqualTo(IMAGES);
    assertThat(objects("shards/"))
        .hasSize(first.shards().manifest().shards().size() + 1)
        .contains("manifest.json");
    try (ShardDataset dataset = ShardDataset.open(files, pipeline.base() + "/shards")) {
      dataset.verify();
    }
    assertThat(objects("run/"))
        .contains("config.conf", "metrics.jsonl", "report.html")
        .contains("checkpoints/step-00000005/state.json")
        .contains("checkpoints/step-00000010/model.safetensors");
    assertThat(objects("report/")).containsExactly("report.html", "report.json", "report.md");
    assertThat(EvaluationReport.parse(bytes("report/report.json"), "report.json"))
        .isEqualTo(first.report().report());
    assertThat(first.report().report().images()).hasSize(2 * IMAGES);
    assertThat(objects("upscaled/")).hasSize(IMAGES + 1).contains("manifest.json");
    for (UpscaleManifest.Entry entry : first.upscaled().manifest().entries()) {
      byte[] png = bytes("upscaled/" + entry.output());
      assertThat(Sha256.of(png)).isEqualTo(entry.sha256());
      RgbImage sr = new ImageDecoder(1 << 20).decode(png);
      assertThat(sr.width()).isEqualTo(256);
      assertThat(sr.height()).isEqualTo(224);
    }
  }

  @Test
  void imagesAndShardsHaveTheBytesOfALocalRun() throws IOException {
    Path folder = root.resolve("local");
    Pipeline local = new Pipeline(LocalSpark.context(spark), folder.toString());
    local.synthesize();
    local.index();
    ShardManifest shards = local.shard().manifest();
    assertThat(first.shards().manifest().shards()).isEqualTo(shards.shards()).hasSizeGreaterThan(1);
    for (String name : objects("images/")) {
      if (!name.endsWith(".json")) {
        assertThat(bytes("images/" + name))
            .isEqualTo(Files.readAllBytes(folder.resolve("images/" + name)));
      }
    }
    shards
        .shards()
        .forEach(
            shard ->
                assertThat(folder.resolve("shards/" + shard.path()))
                    .hasBinaryContent(bytes("shards/" + shard.path())));
  }

  @Test
  void whatIsCompleteIsKeptWhenAllIsStartedAgain() throws IOException {
    Predicate<String> kept =
        key -> !key.contains("/report") && !key.endsWith("/upscaled/manifest.json");
    Map<String, String> before = server.versions();
    Results second = pipeline.all();
    assertThat(second.images().made()).isEqualTo(Made.BEFORE);
    assertThat(second.index().made()).isEqualTo(Made.BEFORE);
    assertThat(second.shards().made()).isEqualTo(Made.BEFORE);
    assertThat(second.shards().manifest()).isEqualTo(first.shards().manifest());
    assertThat(second.run().firstStep()).isEqualTo(10);
    assertThat(second.upscaled().made()).isZero();
    assertThat(second.upscaled().kept()).isEqualTo(IMAGES);
    assertThat(second.upscaled().manifest().entries())
        .isEqualTo(first.upscaled().manifest().entries());
    Map<String, String> after = server.versions();
    assertThat(after.keySet()).containsAll(before.keySet());
    assertThat(before.keySet()).filteredOn(kept).hasSizeGreaterThan(20);
    before.keySet().stream()
        .filter(kept)
        .forEach(key -> assertThat(after.get(key)).as(key).isEqualTo(before.get(key)));
  }

  @Test
  void trainingGoesOnAtTheCheckpointAndEndsWithTheSameBytes() throws IOException {
    assertThat(pipeline.train("stopped", 5).lastStep()).isEqualTo(5);
    // Of a checkpoint that was cut off, there is all but the state.
    server.put("runs/first/stopped/checkpoints/step-00000007/model.safetensors", "half");
    TrainJob.Result resumed = pipeline.train("stopped", 10);
    assertThat(resumed.firstStep()).isEqualTo(5);
    for (String name : List.of("model.safetensors", "optimizer.safetensors")) {
      assertThat(bytes("stopped/checkpoints/step-00000010/" + name))
          .isEqualTo(bytes("run/checkpoints/step-00000010/" + name));
    }
  }

  @Test
  void foldersOfOthersAreRefusedAndMissingOnesNamed() {
    Pipeline foreign = new Pipeline(LocalSpark.context(spark), server.uri() + "/foreign");
    server.put("foreign/images/notes.txt", "not ours");
    assertThatThrownBy(foreign::synthesize)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is not empty and holds no _synthesize.json (but notes.txt");
    assertThatThrownBy(foreign::shard)
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(foreign.base() + "/index/index.json: not found. ");
  }

  @Test
  void credentialsAreInNoObjectAndInNoLogLine() throws IOException {
    assertThat(server.keys()).hasSizeGreaterThan(20);
    for (String secret : server.secrets()) {
      for (String key : server.keys()) {
        assertThat(new String(server.bytes(key), ISO_8859_1)).as(key).doesNotContain(secret);
      }
      assertThat(log.text()).contains("spark.hadoop.fs.s3a.endpoint").doesNotContain(secret);
    }
  }

  /** Objects below a folder of the first run, without the markers of folders. */
  private static List<String> objects(String folder) {
    String prefix = "runs/first/" + folder;
    return server.keys().stream()
        .filter(key -> key.startsWith(prefix) && !key.endsWith("/"))
        .map(key -> key.substring(prefix.length()))
        .toList();
  }

  private static byte[] bytes(String path) {
    try {
      return server.bytes("runs/first/" + path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
