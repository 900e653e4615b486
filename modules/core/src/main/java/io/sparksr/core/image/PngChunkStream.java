package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The chunks of a PNG file, one after the other. */
final class PngChunkStream {
  /** No metadata that is of use is longer; a chunk that says so is not read into memory. */
  private static final int MOST_PAYLOAD = 64 << 20;

  private final InputStream in;
  private final CRC32 sum = new CRC32();
  private String type = "";
  private long left;

  PngChunkStream(InputStream in) {
    this.in = in;
  }

  /** Goes behind the signature, to where the first chunk begins. */
  void skipSignature() throws IOException {
    in.skipNBytes(PngChunks.SIGNATURE.length());
  }

  /**
   * Goes to the next chunk; what was not read of this one is skipped.
   *
   * @return false where the file ends between chunks
   * @throws ImageException TRUNCATED if it ends within one
   */
  boolean next() throws IOException, ImageException {
    if (!type.isEmpty()) {
      skip(left + 4);
    }
    byte[] head = in.readNBytes(8);
    if (head.length == 0) {
      type = "";
      return false;
    }
    if (head.length < 8) {
      throw ends();
    }
    left = ByteView.bigEndian(head).u32(0);
    type = new String(head, 4, 4, StandardCharsets.ISO_8859_1);
    if (!type.matches("[A-Za-z]{4}")) {
      throw new ImageException(Reason.CORRUPT, "has a PNG chunk without a name");
    }
    sum.reset();
    sum.update(head, 4, 4);
    return true;
  }

  /** Empty behind the last chunk. */
  String type() {
    return type;
  }

  /** Whether the whole payload fits into memory without harm. */
  boolean isShort() {
    return left <= MOST_PAYLOAD;
  }

  /** The whole payload of a short chunk. */
  byte[] payload() throws IOException, ImageException {
    byte[] payload = new byte[(int) left];
    int got = read(payload);
    if (got < payload.length) {
      throw ends();
    }
    return payload;
  }

  /** Reads as much of the payload as is left and fits; 0 at its end. */
  int read(byte[] target) throws IOException, ImageException {
    int wanted = (int) Math.min(target.length, left);
    int got = in.readNBytes(target, 0, wanted);
    if (got < wanted) {
      throw ends();
    }
    sum.update(target, 0, got);
    left -= got;
    return got;
  }

  /**
   * Compares the checksum of a chunk whose payload was read.
   *
   * @throws ImageException CORRUPT if it is wrong
   */
  void checkSum() throws IOException, ImageException {
    byte[] expected = in.readNBytes(4);
    if (expected.length < 4) {
      throw ends();
    }
    if (ByteView.bigEndian(expected).u32(0) != sum.getValue()) {
      throw new ImageException(Reason.CORRUPT, "has a wrong checksum in chunk " + type);
    }
    type = "";
  }

  private void skip(long bytes) throws IOException, ImageException {
    for (long rest = bytes; rest > 0; ) {
      long skipped = in.skip(rest);
      if (skipped <= 0) {
        if (in.read() < 0) {
          throw ends();
        }
        skipped = 1;
      }
      rest -= skipped;
    }
  }

  private ImageException ends() {
    return new ImageException(Reason.TRUNCATED, "ends within a PNG chunk " + type);
  }
}
