package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The chunks of a PNG file, checked as Pillow checks them: checksums up to the image data, whole
 * chunks after it, and no text or profile that inflates beyond a mebibyte.
 *
 * @param essence header, palette and image data alone: no decoder can stumble over the rest
 * @param palette the palette's colours as 0xRRGGBB, empty without one
 */
record PngChunks(byte[] essence, int[] palette) {
  static final String SIGNATURE = "\u0089PNG\r\n\u001A\n";

  private static final int MOST_TEXT_BYTES = 1 << 20;

  /** What the header chunk says. */
  record Header(int width, int height, int bits, int colourType) {}

  /** One chunk: where its payload lies. */
  private record Chunk(String type, int payload, int length) {
    int end() {
      return payload + length + 4;
    }
  }

  static Header header(byte[] bytes) throws ImageException {
    ByteView view = ByteView.bigEndian(bytes);
    Chunk chunk = chunkAt(view, SIGNATURE.length());
    if (!chunk.type.equals("IHDR") || chunk.length != 13) {
      throw new ImageException(Reason.CORRUPT, "does not begin with a PNG header chunk");
    }
    checkSum(view, chunk);
    long width = view.u32(chunk.payload);
    long height = view.u32(chunk.payload + 4);
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new ImageException(Reason.CORRUPT, "has a size of " + width + "x" + height);
    }
    int compression = view.u8(chunk.payload + 10);
    int filter = view.u8(chunk.payload + 11);
    int interlacing = view.u8(chunk.payload + 12);
    if (compression != 0 || filter != 0 || interlacing > 1) {
      throw new ImageException(
          Reason.CORRUPT,
          "has PNG compression, filter and interlacing "
              + compression
              + ", "
              + filter
              + ", "
              + interlacing);
    }
    return new Header(
        (int) width, (int) height, view.u8(chunk.payload + 8), view.u8(chunk.payload + 9));
  }

  static PngChunks of(byte[] bytes) throws ImageException {
    ByteView view = ByteView.bigEndian(bytes);
    ByteArrayOutputStream essence = new ByteArrayOutputStream(bytes.length);
    essence.write(bytes, 0, SIGNATURE.length());
    int[] palette = new int[0];
    boolean hasData = false;
    boolean hasDamage = false;
    ByteArrayOutputStream data = new ByteArrayOutputStream(bytes.length);
    int position = SIGNATURE.length();
    // Pillow takes a file that ends between chunks once it has the image data.
    while (!hasData || position + 8 <= bytes.length) {
      Chunk chunk = chunkAt(view, position);
      boolean isData = chunk.type.equals("IDAT");
      if (isData) {
        hasDamage |= !hasRightSum(view, chunk);
        data.write(bytes, chunk.payload, chunk.length);
      } else if (!hasData) {
        checkSum(view, chunk);
      }
      if (chunk.type.equals("IEND")) {
        break;
      }
      checkText(view, chunk);
      if (chunk.type.equals("PLTE")) {
        palette = palette(view, chunk);
      }
      if (isData || chunk.type.equals("PLTE") || chunk.type.equals("IHDR")) {
        essence.write(bytes, position, Math.min(chunk.end(), bytes.length) - position);
      }
      hasData |= isData;
      position = chunk.end();
    }
    if (!hasData) {
      throw new ImageException(Reason.CORRUPT, "holds no image data");
    }
    if (hasDamage) {
      checkInflates(data.toByteArray());
    }
    // An end chunk: no payload, and the checksum of its name.
    essence.writeBytes(
        new byte[] {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82});
    return new PngChunks(essence.toByteArray(), palette);
  }

  private static Chunk chunkAt(ByteView view, int position) throws ImageException {
    long length = view.u32(position);
    StringBuilder type = new StringBuilder(4);
    for (int i = 4; i < 8; i++) {
      char letter = (char) view.u8(position + i);
      if (!(letter >= 'a' && letter <= 'z') && !(letter >= 'A' && letter <= 'Z')) {
        throw new ImageException(Reason.CORRUPT, "has a PNG chunk without a name");
      }
      type.append(letter);
    }
    view.require(position + 8L, length);
    return new Chunk(type.toString(), position + 8, (int) length);
  }

  private static void checkSum(ByteView view, Chunk chunk) throws ImageException {
    if (!hasRightSum(view, chunk)) {
      throw new ImageException(Reason.CORRUPT, "has a wrong checksum in chunk " + chunk.type);
    }
  }

  private static boolean hasRightSum(ByteView view, Chunk chunk) throws ImageException {
    if (chunk.end() > view.size()) {
      return false;
    }
    CRC32 sum = new CRC32();
    sum.update(view.bytes(), chunk.payload - 4, chunk.length + 4);
    return sum.getValue() == view.u32(chunk.payload + chunk.length);
  }

  /**
   * Pillow does not look at the checksums of image data, but at the one within, which decoders
   * leave unread where they have all pixels before it.
   */
  private static void checkInflates(byte[] data) throws ImageException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(data);
      byte[] sink = new byte[8192];
      while (inflater.inflate(sink) > 0) {
        // Only whether it fails matters.
      }
    } catch (DataFormatException e) {
      throw new ImageException(Reason.CORRUPT, "has damaged image data: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  private static int[] palette(ByteView view, Chunk chunk) throws ImageException {
    int[] palette = new int[chunk.length / 3];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = view.u24(chunk.payload + 3L * i);
    }
    return palette;
  }

  /** Refuses decompression bombs hidden in metadata, which readers of the file would inflate. */
  private static void checkText(ByteView view, Chunk chunk) throws ImageException {
    boolean isInternational = chunk.type.equals("iTXt");
    if (!chunk.type.equals("zTXt") && !chunk.type.equals("iCCP") && !isInternational) {
      return;
    }
    int end = chunk.payload + chunk.length;
    int start = afterZero(view, chunk.payload, end);
    if (isInternational) {
      boolean isCompressed = start + 1 < end && view.u8(start) == 1;
      if (!isCompressed) {
        return;
      }
      start = afterZero(view, afterZero(view, start + 2, end), end);
    } else {
      start++;
    }
    if (start < end && inflatesBeyondLimit(view.bytes(), start, end - start)) {
      throw new ImageException(
          Reason.CORRUPT,
          "has a chunk "
              + chunk.type
              + " that inflates to more than "
              + MOST_TEXT_BYTES
              + " bytes");
    }
  }

  private static int afterZero(ByteView view, int from, int end) throws ImageException {
    int position = from;
    while (position < end && view.u8(position) != 0) {
      position++;
    }
    return position + 1;
  }

  private static boolean inflatesBeyondLimit(byte[] bytes, int from, int length) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes, from, length);
      byte[] sink = new byte[8192];
      while (inflater.getBytesWritten() <= MOST_TEXT_BYTES) {
        if (inflater.inflate(sink) == 0) {
          return false;
        }
      }
      return true;
    } catch (DataFormatException e) {
      // Broken metadata does not concern the pixels.
      return false;
    } finally {
      inflater.end();
    }
  }
}
