package io.sparksr.core.io;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 checksums in lower-case hexadecimal, as manifests hold them. */
public final class Sha256 {
  private Sha256() {}

  /** The checksum of some bytes. */
  public static String of(byte[] bytes) {
    return hex(digest().digest(bytes));
  }

  /** The checksum of a whole file, read in pieces. */
  public static String of(FileStore files, String uri) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = files.open(uri)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return hex(digest.digest());
  }

  /**
   * Counts and digests what is written through it; the caller reads the results after {@link
   * Output#close()}.
   */
  public static Output output(OutputStream out) {
    return new Output(out);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  /** A stream that knows the size and checksum of what went through it. */
  public static final class Output extends FilterOutputStream {
    private final MessageDigest digest = digest();
    private long bytes;
    private String checksum;

    private Output(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      digest.update((byte) value);
      bytes++;
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
      out.write(data, offset, length);
      digest.update(data, offset, length);
      bytes += length;
    }

    @Override
    public void close() throws IOException {
      super.close();
      if (checksum == null) {
        checksum = hex(digest.digest());
      }
    }

    /** How many bytes were written so far. */
    public long bytes() {
      return bytes;
    }

    /**
     * The checksum of everything written.
     *
     * @throws IllegalStateException before {@link #close()}
     */
    public String sha256() {
      if (checksum == null) {
        throw new IllegalStateException("the stream is still open");
      }
      return checksum;
    }
  }
}
