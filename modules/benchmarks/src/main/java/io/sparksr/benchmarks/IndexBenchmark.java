package io.sparksr.benchmarks;

import io.sparksr.core.Progress;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.RgbImage;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexSettings;
import io.sparksr.jobs.Existing;
import io.sparksr.jobs.IndexJob;
import io.sparksr.jobs.JobContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Indexing many small files on the local disk with {@code local[2]}, driver and tasks in one JVM.
 * Arguments: folder (made where it is missing, with folders of 1000 files), number of files. Set
 * {@code HEAP=512m}.
 */
public final class IndexBenchmark {
  private static final int PER_FOLDER = 1000;

  private IndexBenchmark() {}

  /** Prints files per second and the most heap used. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    int files = Integer.parseInt(args[1]);
    make(folder.resolve("images"), files);
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("index benchmark")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "localhost")
            .set("spark.local.dir", folder.resolve("spark").toString());
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      IndexJob job = new IndexJob(new JobContext(spark, Progress.silent(), "benchmark", ""));
      long start = System.nanoTime();
      IndexManifest manifest =
          job.run(
                  new IndexJob.Request(
                      List.of(folder.resolve("images").toString()),
                      folder.resolve("index").toString(),
                      Optional.empty(),
                      Existing.OVERWRITE,
                      new IndexSettings(1, 1 << 20, 0)))
              .manifest();
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%d images of %d files in %.1f s: %.0f files/s; old generation at most %d MB of a heap of %d%n",
          manifest.counts().accepted(),
          files,
          seconds,
          files / seconds,
          peakHeapBytes() >> 20,
          Runtime.getRuntime().maxMemory() >> 20);
    }
  }

  private static void make(Path folder, int files) throws IOException {
    if (Files.exists(folder)) {
      return;
    }
    byte[] png = ImageEncoder.png(new RgbImage(8, 8, new byte[8 * 8 * RgbImage.CHANNELS]));
    for (int i = 0; i < files; i++) {
      Path below = folder.resolve(String.format(Locale.ROOT, "%06d", i / PER_FOLDER));
      if (i % PER_FOLDER == 0) {
        Files.createDirectories(below);
      }
      Files.write(below.resolve(i + ".png"), png);
    }
  }

  private static long peakHeapBytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().matches(".*(Old|Tenured) Gen"))
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }
}
