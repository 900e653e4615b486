package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.io.LocalFileStore;
import io.sparksr.core.io.Uris;
import io.sparksr.testkit.Fault;
import io.sparksr.testkit.FaultyHttpProxy;
import io.sparksr.testkit.ProxiedRequest;
import io.sparksr.training.CheckpointStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training from shards to checkpoints on {@code s3a://} while the server refuses requests. */
class S3aTrainIT {
  @TempDir private static Path root;
  private static S3Server server;
  private static FaultyHttpProxy proxy;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    server = S3Server.start(root);
    Map<String, String> settings = new HashMap<>(server.settings());
    int port = URI.create(settings.get("fs.s3a.endpoint")).getPort();
    proxy = FaultyHttpProxy.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    settings.put("fs.s3a.endpoint", "http://127.0.0.1:" + proxy.port());
    // S3A alone tries again, without the SDK's long pauses.
    settings.put("fs.s3a.attempts.maximum", "1");
    settings.put("fs.s3a.retry.limit", "10");
    settings.put("fs.s3a.retry.interval", "5ms");
    settings.put("fs.s3a.retry.throttle.limit", "10");
    settings.put("fs.s3a.retry.throttle.interval", "5ms");
    SparkConf conf = new SparkConf();
    settings.forEach((key, value) -> conf.set("spark.hadoop." + key, value));
    spark = LocalSpark.start("local[2,4]", conf);
    TrainedPipeline.makeShards(spark, root);
    copyShards();
  }

  @AfterAll
  static void stop() throws IOException {
    spark.stop();
    proxy.close();
    server.close();
  }

  @Test
  void refusedRequestsChangeNoByteOfTheResult() throws IOException {
    TrainJob.Result local =
        new TrainJob(LocalSpark.context(spark))
            .run(TrainedPipeline.request(root, root.resolve("run").toString(), 2, 10));
    AtomicLong refused = new AtomicLong();
    proxy.inject(request -> fault(request, refused));
    TrainJob.Result first = train(5);
    assertThat(first.lastStep()).isEqualTo(5);
    TrainJob.Result resumed = train(10);
    proxy.inject(Fault.never());
    assertThat(resumed.firstStep()).isEqualTo(5);
    assertThat(refused.get()).isGreaterThan(10);
    assertThat(proxy.requests().stream().filter(r -> r.method().equals("PUT")))
        .hasSizeGreaterThan(10);
    HadoopFileStore files = LocalSpark.context(spark).files();
    LocalFileStore disk = new LocalFileStore();
    for (String name : List.of("model.safetensors", "optimizer.safetensors")) {
      assertThat(files.readBytes(Uris.child(resumed.checkpoint(), name)))
          .isEqualTo(disk.readBytes(Uris.child(local.checkpoint(), name)));
    }
    assertThat(new CheckpointStore(files, server.uri() + "/run").latest()).hasValue(10L);
    assertThat(files.list(server.uri() + "/run/tensorboard")).isNotEmpty();
    assertThat(files.readBytes(server.uri() + "/run/metrics.jsonl"))
        .asString()
        .contains("{\"step\":5,", "{\"step\":10,");
  }

  /** Every fifth request is refused, as by a server that has too much to do. */
  private static Fault fault(ProxiedRequest request, AtomicLong refused) {
    if (request.number() % 5 == 0) {
      refused.incrementAndGet();
      return new Fault.Status(503);
    }
    return new Fault.None();
  }

  private static TrainJob.Result train(long steps) throws IOException {
    TrainJob.Request local = TrainedPipeline.request(root, server.uri() + "/run", 2, steps);
    return new TrainJob(LocalSpark.context(spark))
        .run(
            new TrainJob.Request(
                server.uri() + "/shards",
                local.output(),
                local.resume(),
                local.network(),
                local.train(),
                local.configuration()));
  }

  /** The same shards, so that both runs train on the same. */
  private static void copyShards() throws IOException {
    HadoopFileStore files = LocalSpark.context(spark).files();
    Path shards = root.resolve("shards");
    try (Stream<Path> all = Files.walk(shards)) {
      all.filter(Files::isRegularFile)
          .forEach(
              file -> {
                try {
                  files.writeBytes(
                      server.uri() + "/shards/" + shards.relativize(file),
                      Files.readAllBytes(file));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
