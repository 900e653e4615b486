package io.sparksr.collective;

import java.nio.Buffer;

/** The checks of arguments that every communicator makes alike. */
final class BufferChecks {
  private BufferChecks() {}

  static void requireWritable(Buffer values) {
    if (values.isReadOnly()) {
      throw new IllegalArgumentException("values: the buffer is read-only");
    }
  }

  static void requireBroadcast(Buffer values, int root, int rank, int worldSize) {
    if (root < 0 || root >= worldSize) {
      throw new IllegalArgumentException(
          "root: must be from 0 to " + (worldSize - 1) + ", got " + root);
    }
    if (rank != root) {
      requireWritable(values);
    }
  }
}
