package io.sparksr.inference;

import io.sparksr.core.image.OutputFormat;

/**
 * How a pipeline works.
 *
 * @param tileSize side of a tile in LR pixels without its halo. An image of no more pixels than
 *     such a tile with its halo is enlarged in one piece
 * @param batchSize tiles of equal size, of any images, enlarged at once
 * @param format of the outputs
 * @param quality of lossy formats, 1 to 100
 * @param memoryBytes that rows read and rows enlarged may take together
 */
public record PipelineSettings(
    int tileSize, int batchSize, OutputFormat format, int quality, long memoryBytes) {

  /** Checks ranges. */
  public PipelineSettings {
    if (tileSize < 1 || batchSize < 1 || memoryBytes < 1) {
      throw new IllegalArgumentException("tile size, batch size and memory must be at least 1");
    }
  }
}
