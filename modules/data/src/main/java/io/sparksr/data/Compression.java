package io.sparksr.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** How the pages of a Parquet file are compressed. */
enum Compression {
  NONE(CompressionCodecName.UNCOMPRESSED),
  ZSTD(CompressionCodecName.ZSTD);

  private final CompressionCodecName codec;

  Compression(CompressionCodecName codec) {
    this.codec = codec;
  }

  CompressionCodecName codec() {
    return codec;
  }

  static Optional<Compression> named(String name) {
    return Arrays.stream(values()).filter(c -> c.label().equals(name)).findFirst();
  }

  /** The names as configured, for messages. */
  static String known() {
    return Arrays.stream(values()).map(Compression::label).collect(Collectors.joining(", "));
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
