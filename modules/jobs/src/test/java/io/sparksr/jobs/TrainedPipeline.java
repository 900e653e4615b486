package io.sparksr.jobs;

import io.sparksr.core.config.ConfigLoader;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.ShardSettings;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Safetensors;
import io.sparksr.training.TrainSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** Small photos, their shards, and requests to train on them. */
final class TrainedPipeline {
  static final NetworkSettings NETWORK = new NetworkSettings("msrresnet", 4, 1, 3, 3, 4);

  private TrainedPipeline() {}

  /** Makes {@code photos}, {@code index} and {@code shards} below a folder. */
  static void makeShards(JavaSparkContext spark, Path root) throws IOException {
    for (int i = 0; i < 12; i++) {
      Photos.png(root.resolve("photos/" + i + ".png"), i, 60 + i, 80 - i);
    }
    JobContext context = LocalSpark.context(spark);
    new IndexJob(context)
        .run(
            new IndexJob.Request(
                List.of(root.resolve("photos").toString()),
                root.resolve("index").toString(),
                Optional.empty(),
                Existing.KEEP,
                new IndexSettings(32, 1 << 20, 0)));
    new ShardJob(context)
        .run(
            new ShardJob.Request(
                root.resolve("index").toString(),
                root.resolve("shards").toString(),
                Existing.KEEP,
                new ShardSettings(32, 4, 4, "pillow-bicubic", 64 << 10, 4, "none", 0, 1 << 20, 1)));
  }

  static TrainSettings settings(int replicas, long steps, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "train.replicas=" + replicas,
                "train.global-batch=6",
                "train.steps=" + steps,
                "train.seed=3",
                "train.loss=l1",
                "train.learning-rate=1e-3",
                "train.precision=fp32",
                "train.threads=1",
                "train.log-every=5",
                "train.checkpoint-every=5",
                "train.keep-checkpoints=10"));
    settings.addAll(List.of(more));
    return ConfigLoader.load(Optional.empty(), settings).bind("train", TrainSettings.class);
  }

  static TrainJob.Request request(
      Path root, String output, int replicas, long steps, String... more) {
    return new TrainJob.Request(
        root.resolve("shards").toString(),
        output,
        Resume.parse("auto"),
        NETWORK,
        settings(replicas, steps, more),
        "train {}");
  }

  static Map<String, NamedTensor> weights(String checkpoint) throws IOException {
    String file = checkpoint.replace("failing:", "") + "/model.safetensors";
    return Safetensors.read(new LocalFileStore().readBytes(file), file);
  }
}
