package io.sparksr.core.image;

import java.io.IOException;

/** An image file that is written from top to bottom. For one thread at a time. */
public interface RowEncoder extends AutoCloseable {

  /**
   * Writes the next rows.
   *
   * @param rows samples in the layout that the encoder was made for, without padding; 16-bit ones
   *     big-endian
   * @param count how many of them
   */
  void write(byte[] rows, int count) throws IOException;

  /** Completes the file after the last row. The stream stays the caller's to close. */
  void finish() throws IOException;

  /** Frees what the encoder holds; does not complete the file. */
  @Override
  void close();
}
