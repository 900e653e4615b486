package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;

/**
 * The LZW-coded colour indices of one GIF frame. The JDK's reader is not used because it leaves
 * black what a damaged stream does not reach, without a word.
 */
final class GifPixels {
  private static final int MOST_BITS = 12;
  private static final int NONE = -1;

  private final ByteView view;
  private final byte[] indices;
  private final int[] prefix = new int[1 << MOST_BITS];
  private final byte[] suffix = new byte[1 << MOST_BITS];
  private final byte[] reversed = new byte[1 << MOST_BITS];
  private int position;
  private int blockEnd;
  private int buffer;
  private int bufferBits;
  private int filled;
  private byte first;

  private GifPixels(ByteView view, int position, int count) {
    this.view = view;
    this.position = position;
    this.blockEnd = position;
    this.indices = new byte[count];
  }

  /**
   * Decodes a frame.
   *
   * @param start offset of the byte that holds the code size
   * @return (height, width) indices, rows in their order on the screen
   */
  static byte[] decode(ByteView view, int start, int width, int height, boolean isInterlaced)
      throws ImageException {
    int rootBits = view.u8(start);
    if (rootBits < 1 || rootBits >= MOST_BITS) {
      throw new ImageException(Reason.CORRUPT, "has GIF codes of " + rootBits + " bits");
    }
    GifPixels pixels = new GifPixels(view, start + 1, width * height);
    pixels.run(rootBits);
    return isInterlaced ? inOrder(pixels.indices, width, height) : pixels.indices;
  }

  private void run(int rootBits) throws ImageException {
    int clear = 1 << rootBits;
    int bits = rootBits + 1;
    int next = clear + 2;
    int previous = NONE;
    while (filled < indices.length) {
      int code = code(bits);
      if (code == clear) {
        bits = rootBits + 1;
        next = clear + 2;
        previous = NONE;
        continue;
      }
      if (code == clear + 1) {
        throw endsEarly();
      }
      if (code > next || (previous == NONE && code >= clear)) {
        throw new ImageException(Reason.CORRUPT, "has a GIF code that is not defined");
      }
      // A code one above the known ones stands for the string that it completes itself: the
      // previous one with its first value repeated.
      put(code == next ? previous : code, clear, code == next);
      if (previous != NONE && next < 1 << MOST_BITS) {
        prefix[next] = previous;
        suffix[next] = first;
        next++;
        if (next == 1 << bits && bits < MOST_BITS) {
          bits++;
        }
      }
      previous = code;
    }
  }

  /** Appends the string of a code, and its first value once more if asked for. */
  private void put(int code, int clear, boolean firstAgain) {
    int length = 0;
    int at = code;
    while (at >= clear) {
      reversed[length++] = suffix[at];
      at = prefix[at];
    }
    first = (byte) at;
    reversed[length++] = first;
    for (int i = length - 1; i >= 0 && filled < indices.length; i--) {
      indices[filled++] = reversed[i];
    }
    if (firstAgain && filled < indices.length) {
      indices[filled++] = first;
    }
  }

  private int code(int bits) throws ImageException {
    while (bufferBits < bits) {
      if (position == blockEnd) {
        int blockBytes = view.u8(position++);
        if (blockBytes == 0) {
          throw endsEarly();
        }
        view.require(position, blockBytes);
        blockEnd = position + blockBytes;
      }
      buffer |= view.u8(position++) << bufferBits;
      bufferBits += 8;
    }
    int code = buffer & ((1 << bits) - 1);
    buffer >>>= bits;
    bufferBits -= bits;
    return code;
  }

  private ImageException endsEarly() {
    return new ImageException(
        Reason.TRUNCATED, "ends after " + filled + " of " + indices.length + " pixels");
  }

  /** Interlaced files hold every eighth row from 0, from 4, every fourth from 2, the odd ones. */
  private static byte[] inOrder(byte[] stored, int width, int height) {
    byte[] ordered = new byte[stored.length];
    int[] starts = {0, 4, 2, 1};
    int[] steps = {8, 8, 4, 2};
    int from = 0;
    for (int pass = 0; pass < starts.length; pass++) {
      for (int y = starts[pass]; y < height; y += steps[pass]) {
        System.arraycopy(stored, from, ordered, y * width, width);
        from += width;
      }
    }
    return ordered;
  }
}
