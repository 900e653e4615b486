package io.sparksr.benchmarks;

import io.sparksr.core.Progress;
import io.sparksr.core.image.DeadLeaves;
import io.sparksr.core.image.DeadLeavesSettings;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardSettings;
import io.sparksr.jobs.Existing;
import io.sparksr.jobs.IndexJob;
import io.sparksr.jobs.JobContext;
import io.sparksr.jobs.ShardJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Resident memory of index (with full decoding) and shard with {@code local[2]}, driver and tasks
 * in one JVM. Two calls, so that making images does not count: {@code make FOLDER COUNT} writes
 * JPEGs of 256x256, {@code run FOLDER OUTPUT} indexes and cuts whatever is in a folder and prints
 * the peaks.
 */
public final class DataMemoryBenchmark {
  private static final int DIFFERENT = 50;
  private static final int CROPS = 8;

  private DataMemoryBenchmark() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("make")) {
      make(Path.of(args[1]), Integer.parseInt(args[2]));
    } else {
      run(args[1], args[2]);
    }
  }

  private static void make(Path folder, int count) throws IOException {
    DeadLeaves leaves = new DeadLeaves(new DeadLeavesSettings(256, 256, 100, 3, 120, 0.4, 1));
    byte[][] files = new byte[DIFFERENT][];
    for (int i = 0; i < DIFFERENT; i++) {
      files[i] = ImageEncoder.jpeg(leaves.image(1, i), 90);
    }
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      Files.write(folder.resolve(i + ".jpg"), files[i % DIFFERENT]);
    }
  }

  private static void run(String folder, String output) throws IOException {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("data memory benchmark")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "localhost")
            .set("spark.local.dir", output + "-spark");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      JobContext context = new JobContext(spark, Progress.silent(), "benchmark", "");
      String index = output + "-index";
      long started = ResidentSet.nowKilobytes();
      IndexManifest images =
          new IndexJob(context)
              .run(
                  new IndexJob.Request(
                      List.of(folder),
                      index,
                      Optional.empty(),
                      Existing.OVERWRITE,
                      new IndexSettings(96, 1L << 30, 1, true, false)))
              .manifest();
      long indexed = ResidentSet.peakKilobytes();
      ShardManifest shards =
          new ShardJob(context)
              .run(
                  new ShardJob.Request(
                      index,
                      output + "-shards",
                      Existing.OVERWRITE,
                      new ShardSettings(
                          96, 4, CROPS, "pillow-bicubic", 8 << 20, 64, "none", 0, 1L << 30, 1)))
              .manifest();
      System.out.printf(
          Locale.ROOT,
          "%d images (%s), %d crops in %d shards: resident %d MB at the start, peak %d MB after"
              + " index, %d MB after shard; heap %d MB%n",
          images.counts().accepted(),
          images.counts().rejected(),
          shards.rows(),
          shards.shards().size(),
          started >> 10,
          indexed >> 10,
          ResidentSet.peakKilobytes() >> 10,
          Runtime.getRuntime().maxMemory() >> 20);
    }
  }
}
