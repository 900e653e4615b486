package io.sparksr.jobs;

import static io.sparksr.core.config.Checks.check;

import io.sparksr.core.image.OutputFormat;
import io.sparksr.inference.PipelineSettings;
import io.sparksr.training.PrecisionChoice;
import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;

/**
 * How images are enlarged; the keys of {@code upscale} in {@code reference.conf}.
 *
 * @param tileSize side of a tile in LR pixels, without its halo
 * @param batchSize tiles enlarged at once
 * @param maxPixels most pixels an input may have
 * @param maxRejected share of inputs that may fail
 * @param precision of the activations
 * @param threads of libtorch per task; 0 for the cores of a task
 * @param format of the outputs
 * @param quality of lossy formats
 * @param memoryMegabytes for rows read and rows enlarged, per task; 0 for a fifth of the heap's
 *     share
 * @param watchInterval between two looks at the input
 */
public record UpscaleSettings(
    int tileSize,
    int batchSize,
    long maxPixels,
    double maxRejected,
    PrecisionChoice precision,
    int threads,
    OutputFormat format,
    int quality,
    int memoryMegabytes,
    Duration watchInterval)
    implements Serializable {
  private static final int USUAL_QUALITY = 90;
  private static final int SHARE_OF_HEAP = 5;

  /** Checks ranges, naming the key. */
  public UpscaleSettings {
    check(tileSize >= 1, "tile-size: must be at least 1, got " + tileSize);
    check(batchSize >= 1, "batch-size: must be at least 1, got " + batchSize);
    check(maxPixels >= 1, "max-pixels: must be at least 1, got " + maxPixels);
    check(
        maxRejected >= 0 && maxRejected <= 1,
        "max-rejected: must be in [0, 1], got " + maxRejected);
    check(threads >= 0, "threads: must not be negative, got " + threads);
    check(quality >= 1 && quality <= 100, "quality: must be from 1 to 100, got " + quality);
    check(memoryMegabytes >= 0, "memory-megabytes: must not be negative, got " + memoryMegabytes);
    check(
        !watchInterval.isNegative() && !watchInterval.isZero(),
        "watch-interval: must be longer than 0, got " + watchInterval.toMillis() + " ms");
  }

  /** PNG in memory as it is there. */
  public UpscaleSettings(
      int tileSize,
      int batchSize,
      long maxPixels,
      double maxRejected,
      PrecisionChoice precision,
      int threads) {
    this(
        tileSize,
        batchSize,
        maxPixels,
        maxRejected,
        precision,
        threads,
        OutputFormat.PNG,
        USUAL_QUALITY,
        0,
        Duration.ofSeconds(10));
  }

  /** The same with another format. */
  UpscaleSettings with(OutputFormat other) {
    return new UpscaleSettings(
        tileSize,
        batchSize,
        maxPixels,
        maxRejected,
        precision,
        threads,
        other,
        quality,
        memoryMegabytes,
        watchInterval);
  }

  /** What an output depends on beside its input. Tiles are exact and do not count. */
  String recipe(String modelSha256) {
    String form = format.name().toLowerCase(Locale.ROOT);
    return String.join(
        "/",
        modelSha256,
        precision.name().toLowerCase(Locale.ROOT),
        format == OutputFormat.PNG ? form : form + quality);
  }

  /**
   * What a pipeline is told.
   *
   * @param tasks that share this JVM's heap
   */
  PipelineSettings pipeline(int tasks) {
    long heap = Runtime.getRuntime().maxMemory();
    long memory = memoryMegabytes > 0 ? (long) memoryMegabytes << 20 : heap / SHARE_OF_HEAP / tasks;
    return new PipelineSettings(tileSize, batchSize, format, quality, memory);
  }
}
