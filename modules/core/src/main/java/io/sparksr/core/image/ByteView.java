package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.nio.charset.StandardCharsets;

/**
 * Numbers in a file's bytes. Reading past the end is {@link Reason#TRUNCATED}, whatever offset the
 * file itself asked for.
 */
record ByteView(byte[] bytes, boolean littleEndian) {

  static ByteView bigEndian(byte[] bytes) {
    return new ByteView(bytes, false);
  }

  static ByteView littleEndian(byte[] bytes) {
    return new ByteView(bytes, true);
  }

  int size() {
    return bytes.length;
  }

  int u8(long offset) throws ImageException {
    require(offset, 1);
    return bytes[(int) offset] & 0xFF;
  }

  int u16(long offset) throws ImageException {
    int first = u8(offset);
    int second = u8(offset + 1);
    return littleEndian ? second << 8 | first : first << 8 | second;
  }

  int u24(long offset) throws ImageException {
    int outer = u8(littleEndian ? offset + 2 : offset);
    int inner = u16(littleEndian ? offset : offset + 1);
    return outer << 16 | inner;
  }

  long u32(long offset) throws ImageException {
    long first = u16(offset);
    long second = u16(offset + 2);
    return littleEndian ? second << 16 | first : first << 16 | second;
  }

  /** Whether the ASCII text stands there; false where the bytes end before it would. */
  boolean holds(long offset, String text) {
    if (offset < 0 || offset + text.length() > bytes.length) {
      return false;
    }
    return new String(bytes, (int) offset, text.length(), StandardCharsets.ISO_8859_1).equals(text);
  }

  /** Fails as truncated unless {@code count} bytes follow {@code offset}. */
  void require(long offset, long count) throws ImageException {
    if (offset < 0 || offset + count > bytes.length) {
      throw new ImageException(
          Reason.TRUNCATED,
          "ends after " + bytes.length + " bytes, where " + (offset + count) + " are needed");
    }
  }
}
