package io.sparksr.jobs;

import static io.sparksr.core.config.Checks.check;

import io.sparksr.training.PrecisionChoice;
import java.io.Serializable;

/**
 * How images are enlarged; the keys of {@code upscale} in {@code reference.conf}.
 *
 * @param tileSize side of a tile in LR pixels, without its halo
 * @param batchSize tiles enlarged at once
 * @param maxPixels most pixels an input may have
 * @param maxRejected share of inputs that may fail
 * @param precision of the activations
 * @param threads of libtorch per task; 0 for the cores of a task
 */
public record UpscaleSettings(
    int tileSize,
    int batchSize,
    long maxPixels,
    double maxRejected,
    PrecisionChoice precision,
    int threads)
    implements Serializable {

  /** Checks ranges, naming the key. */
  public UpscaleSettings {
    check(tileSize >= 1, "tile-size: must be at least 1, got " + tileSize);
    check(batchSize >= 1, "batch-size: must be at least 1, got " + batchSize);
    check(maxPixels >= 1, "max-pixels: must be at least 1, got " + maxPixels);
    check(
        maxRejected >= 0 && maxRejected <= 1,
        "max-rejected: must be in [0, 1], got " + maxRejected);
    check(threads >= 0, "threads: must not be negative, got " + threads);
  }
}
