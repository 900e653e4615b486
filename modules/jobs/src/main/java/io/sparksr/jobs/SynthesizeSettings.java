package io.sparksr.jobs;

import io.sparksr.core.image.DeadLeavesSettings;
import java.io.Serializable;

/**
 * Section {@code synthesize}: made-up photographs.
 *
 * @param count how many, at least 1
 * @param width as {@link DeadLeavesSettings#width()}
 * @param height as {@link DeadLeavesSettings#height()}
 * @param objects as {@link DeadLeavesSettings#objects()}
 * @param minRadius as {@link DeadLeavesSettings#minRadius()}
 * @param maxRadius as {@link DeadLeavesSettings#maxRadius()}
 * @param texturedShare as {@link DeadLeavesSettings#texturedShare()}
 * @param noise as {@link DeadLeavesSettings#noise()}
 * @param format of the files
 * @param quality of JPEG files, 1 to 100
 * @param seed of all images
 */
public record SynthesizeSettings(
    int count,
    int width,
    int height,
    int objects,
    double minRadius,
    double maxRadius,
    double texturedShare,
    double noise,
    Format format,
    int quality,
    long seed)
    implements Serializable {

  /** File formats. */
  public enum Format {
    /** Lossless. */
    PNG("png"),
    /** Lossy, as photographs come. */
    JPEG("jpg");

    private final String extension;

    Format(String extension) {
      this.extension = extension;
    }

    String extension() {
      return extension;
    }
  }

  /** Checks the ranges; messages begin with the key. */
  public SynthesizeSettings {
    if (count < 1) {
      throw new IllegalArgumentException("count: must be at least 1, got " + count);
    }
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException("quality: must be from 1 to 100, got " + quality);
    }
    // Checks the rest.
    new DeadLeavesSettings(width, height, objects, minRadius, maxRadius, texturedShare, noise);
  }

  /** What the images look like. */
  DeadLeavesSettings leaves() {
    return new DeadLeavesSettings(
        width, height, objects, minRadius, maxRadius, texturedShare, noise);
  }

  /** The same for another number of images. */
  public SynthesizeSettings withCount(int images) {
    return new SynthesizeSettings(
        images,
        width,
        height,
        objects,
        minRadius,
        maxRadius,
        texturedShare,
        noise,
        format,
        quality,
        seed);
  }

  /** The same with other images. */
  public SynthesizeSettings withSeed(long other) {
    return new SynthesizeSettings(
        count,
        width,
        height,
        objects,
        minRadius,
        maxRadius,
        texturedShare,
        noise,
        format,
        quality,
        other);
  }
}
