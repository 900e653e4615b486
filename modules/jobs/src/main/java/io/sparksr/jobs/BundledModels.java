package io.sparksr.jobs;

import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.SeekableInput;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The models that come along in the jar, so that every executor has them: {@code bundled:NAME} is a
 * model folder whose files are read like any other's, and never written.
 */
final class BundledModels {
  /** What an own model is not needed for: 4x, trained on a few hundred photographs. */
  static final String DEFAULT = "bundled:msrresnet";

  private static final String SCHEME = "bundled:";
  private static final Pattern FILE = Pattern.compile("bundled:([\\w-]+/[\\w-]+\\.\\w+)");

  private BundledModels() {}

  /** Whether a URI is of what comes along, there or not. */
  static boolean isBundled(String uri) {
    return uri.startsWith(SCHEME);
  }

  /** A model's name in reports. */
  static String name(String uri) {
    return uri.substring(SCHEME.length());
  }

  static Optional<FileEntry> status(String uri) throws IOException {
    try (InputStream in = resource(uri)) {
      return in == null
          ? Optional.empty()
          : Optional.of(
              new FileEntry(
                  uri, uri.substring(uri.indexOf('/') + 1), false, in.readAllBytes().length, 0));
    }
  }

  static SeekableInput open(String uri) throws IOException {
    try (InputStream in = resource(uri)) {
      if (in == null) {
        throw new FileNotFoundException(uri + ": no such file comes along");
      }
      return new Bytes(ByteBuffer.wrap(in.readAllBytes()));
    }
  }

  private static InputStream resource(String uri) {
    var file = FILE.matcher(uri);
    return file.matches()
        ? BundledModels.class.getResourceAsStream("models/" + file.group(1))
        : null;
  }

  private static final class Bytes extends SeekableInput {
    private final ByteBuffer content;

    Bytes(ByteBuffer content) {
      this.content = content;
    }

    @Override
    public long position() {
      return content.position();
    }

    @Override
    public void seek(long offset) {
      content.position(Math.toIntExact(offset));
    }

    @Override
    public long length() {
      return content.limit();
    }

    @Override
    public int read() {
      return content.hasRemaining() ? content.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (!content.hasRemaining()) {
        return length == 0 ? 0 : -1;
      }
      int count = Math.min(length, content.remaining());
      content.get(bytes, offset, count);
      return count;
    }
  }
}
