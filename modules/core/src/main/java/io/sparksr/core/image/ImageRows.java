package io.sparksr.core.image;

import java.io.IOException;

/**
 * An image that is read from top to bottom, a few rows at a time. For one thread at a time; whoever
 * opened it closes it.
 */
public interface ImageRows extends AutoCloseable {

  /** What it holds. One colour means that the three that are read are equal. */
  ImageLayout layout();

  /** What its file says about it, as far as it was read when the image was opened. */
  ImageMetadata metadata();

  /**
   * Reads the next rows.
   *
   * @param target receives (rows, width, 3 or with alpha 4) unsigned samples: R, G, B, alpha
   * @param offset where in it
   * @param rows not more than are left; with the last one the file's end is checked too
   * @throws ImageException if the file turns out to be damaged
   */
  void read(short[] target, int offset, int rows) throws IOException, ImageException;

  @Override
  void close() throws IOException;
}
