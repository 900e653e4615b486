package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.io.FileStore;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardSettings;
import io.sparksr.testkit.Fault;
import io.sparksr.testkit.FaultyHttpProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Index and shards on an object store that is asked little, and fails now and then. */
class FlakyStoreIT {
  private static final int IMAGES = 40;

  @TempDir private static Path root;
  private static S3Server server;
  private static FaultyHttpProxy proxy;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    server = S3Server.start(root);
    proxy = FaultyHttpProxy.start(server.address());
    SparkConf conf = new SparkConf();
    server.settings(proxy.port()).forEach((key, value) -> conf.set("spark.hadoop." + key, value));
    // As one would set them for such a store, but with shorter pauses.
    Map.of(
            "fs.s3a.attempts.maximum", "4",
            "fs.s3a.retry.limit", "6",
            "fs.s3a.retry.interval", "20ms",
            "fs.s3a.retry.throttle.limit", "10",
            "fs.s3a.retry.throttle.interval", "20ms")
        .forEach((key, value) -> conf.set("spark.hadoop." + key, value));
    spark = LocalSpark.start("local[2,4]", conf);
    FileStore files = LocalSpark.context(spark).files();
    for (int i = 0; i < IMAGES; i++) {
      // Noise does not shrink: larger than what is read of it at first.
      byte[] file = ImageEncoder.png(Photos.noise(i, 160, 160));
      files.writeBytes(server.uri() + "/photos/" + i % 4 + "/" + i + ".png", file);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    spark.stop();
    proxy.close();
    server.close();
  }

  @BeforeEach
  void noFaults() {
    proxy.inject(Fault.never());
    proxy.forget();
  }

  @Test
  void anImageTakesTwoRequestsToIndexAndTwoToCut() throws IOException {
    index("/counted");
    assertThat(requestsForImages())
        .hasSizeLessThanOrEqualTo(2 * IMAGES)
        .filteredOn(request -> request.startsWith("GET"))
        .hasSize(IMAGES)
        .allMatch(request -> request.endsWith(" bytes=0-65535"));
    proxy.forget();
    shard("/counted", "/counted-shards");
    assertThat(requestsForImages())
        .hasSizeLessThanOrEqualTo(2 * IMAGES)
        .filteredOn(request -> request.startsWith("GET"))
        .hasSize(IMAGES);
  }

  @Test
  void aFlakyStoreChangesNothing() throws IOException {
    IndexManifest calm = index("/calm");
    ShardManifest calmShards = shard("/calm", "/calm-shards");
    proxy.inject(
        Fault.random(
            11,
            0.15,
            List.of(
                new Fault.Status(500),
                new Fault.Status(503),
                new Fault.Drop(0),
                new Fault.Drop(3000),
                new Fault.Slow(8192, Duration.ofMillis(5)))));
    IndexManifest flaky = index("/flaky");
    ShardManifest flakyShards = shard("/flaky", "/flaky-shards");
    proxy.inject(Fault.never());

    assertThat(flaky.counts()).isEqualTo(calm.counts());
    assertThat(flaky.counts().accepted()).isEqualTo(IMAGES);
    assertThat(flakyShards.rejected()).isEqualTo(calmShards.rejected());
    assertThat(flakyShards.shards())
        .extracting("sha256")
        .isEqualTo(calmShards.shards().stream().map(shard -> shard.sha256()).toList());
    assertThat(new VerifyJob(LocalSpark.context(spark)).run(server.uri() + "/flaky-shards"))
        .satisfies(result -> assertThat(result.problems()).isEmpty());
  }

  private static List<String> requestsForImages() {
    return proxy.requests().stream()
        .filter(request -> request.target().contains(".png"))
        .map(request -> request.method() + " " + request.target() + " " + request.range())
        .toList();
  }

  private static IndexManifest index(String output) throws IOException {
    return new IndexJob(LocalSpark.context(spark))
        .run(
            new IndexJob.Request(
                List.of(server.uri() + "/photos"),
                server.uri() + output,
                Optional.empty(),
                Existing.KEEP,
                new IndexSettings(32, 1 << 20, 0)))
        .manifest();
  }

  private static ShardManifest shard(String index, String output) throws IOException {
    ShardSettings settings =
        new ShardSettings(32, 4, 4, "pillow-bicubic", 64 << 10, 4, "none", 0, 1 << 20, 1);
    return new ShardJob(LocalSpark.context(spark))
        .run(
            new ShardJob.Request(
                server.uri() + index, server.uri() + output, Existing.KEEP, settings))
        .manifest();
  }
}
