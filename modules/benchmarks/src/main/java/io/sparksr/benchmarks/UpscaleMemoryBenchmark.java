package io.sparksr.benchmarks;

import io.sparksr.core.Progress;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageLayout;
import io.sparksr.core.image.ImageMetadata;
import io.sparksr.core.image.OutputFormat;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.image.RowEncoder;
import io.sparksr.jobs.JobContext;
import io.sparksr.jobs.UpscaleJob;
import io.sparksr.jobs.UpscaleSettings;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.training.PrecisionChoice;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Resident memory of the upscale job on one huge image, with a small network (msrresnet, 8
 * channels, 1 block). Two calls, so that making the image does not count: {@code make FILE WIDTH
 * HEIGHT} writes a PNG or JPEG of gradients and noise, {@code run FILE OUTPUT.png} enlarges it and
 * prints the peak.
 */
public final class UpscaleMemoryBenchmark {
  private UpscaleMemoryBenchmark() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("make")) {
      make(Path.of(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    } else {
      run(Path.of(args[1]), args[2]);
    }
  }

  private static void make(Path file, int width, int height) throws IOException {
    if (OutputFormat.ofName(file.toString()).orElseThrow() == OutputFormat.JPEG) {
      byte[] pixels = new byte[Math.multiplyExact(width * 3, height)];
      for (int y = 0; y < height; y++) {
        System.arraycopy(row(y, width), 0, pixels, y * width * 3, width * 3);
      }
      Files.write(file, ImageEncoder.jpeg(new RgbImage(width, height, pixels), 90));
      return;
    }
    ImageLayout layout = new ImageLayout(width, height, 3, false, 8);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        RowEncoder encoder = OutputFormat.PNG.encoder(out, layout, ImageMetadata.NONE, 90)) {
      for (int y = 0; y < height; y++) {
        encoder.write(row(y, width), 1);
      }
      encoder.finish();
    }
  }

  private static byte[] row(int y, int width) {
    byte[] row = new byte[3 * width];
    for (int i = 0; i < row.length; i++) {
      int noise = ((i * 31 + y * 17) * 0x9E3779B1) >>> 29;
      row[i] = (byte) (i / 50 + y / 40 + noise);
    }
    return row;
  }

  private static void run(Path file, String output) throws IOException {
    Path model =
        BenchmarkModel.write(
            Files.createTempDirectory("upscale-memory"),
            new NetworkSettings("msrresnet", 8, 1, 3, 3, 4));
    SparkConf conf =
        new SparkConf()
            .setMaster("local[1]")
            .setAppName("upscale-memory")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      long start = System.nanoTime();
      UpscaleJob.Result result =
          new UpscaleJob(new JobContext(spark, Progress.silent(), "benchmark", ""))
              .run(
                  new UpscaleJob.Request(
                      model.toString(),
                      file.toString(),
                      output,
                      new UpscaleSettings(288, 1, 1 << 30, 0, PrecisionChoice.FP32, 2)));
      int width = result.manifest().entries().get(0).width();
      int height = result.manifest().entries().get(0).height();
      System.out.printf(
          Locale.ROOT,
          "%dx%d written in %.0f s, heap of %d MB, peak resident set %.0f MB%n",
          width,
          height,
          (System.nanoTime() - start) / 1e9,
          Runtime.getRuntime().maxMemory() >> 20,
          ResidentSet.peakKilobytes() / 1024.0);
    }
  }
}
