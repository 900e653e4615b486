package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The segments of the first image in a JPEG file, found by their markers; entropy-coded data is
 * skipped, not decoded.
 *
 * @param frame the frame header
 * @param adobeTransform the colour transform an Adobe marker names, or -1 without such a marker
 * @param scans how many scans there are
 * @param hasJunk whether stray bytes stand between segments, or in entropy-coded data several bytes
 *     of ones follow each other, which decoders may but need not take for one
 * @param end offset after the end-of-image marker; files may go on with thumbnails or further
 *     images
 * @param essential where the parts lie that decoding needs
 */
record JpegStructure(
    Frame frame, int adobeTransform, int scans, boolean hasJunk, int end, List<Range> essential) {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int SOI = 0xD8;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int APP0 = 0xE0;
  private static final int APP14 = 0xEE;

  /** Size and number of components. */
  record Frame(int width, int height, int components) {}

  /** Bytes from {@code from} up to, not including, {@code to}. */
  record Range(int from, int to) {}

  /** The frame header alone: reads no further than that. */
  static Frame frameOf(byte[] bytes) throws ImageException {
    return new Scan(bytes, true).run().frame;
  }

  /**
   * All segments up to the end of the first image.
   *
   * @throws ImageException TRUNCATED if the file ends before the image does, which the native
   *     decoder would fill with gray
   */
  static JpegStructure of(byte[] bytes) throws ImageException {
    Scan scan = new Scan(bytes, false).run();
    return new JpegStructure(
        scan.frame, scan.adobeTransform, scan.scans, scan.hasJunk, scan.position, scan.essential);
  }

  /**
   * The image without metadata, colour profiles and stray bytes: the same pixels for any decoder.
   */
  byte[] essence(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(end);
    for (Range range : essential) {
      out.write(bytes, range.from, range.to - range.from);
    }
    return out.toByteArray();
  }

  private static final class Scan {
    private final ByteView view;
    private final boolean headerOnly;
    private final List<Range> essential = new ArrayList<>();
    private Frame frame;
    private int adobeTransform = -1;
    private boolean hasJunk;
    private int scans;
    private int position = 2;

    Scan(byte[] bytes, boolean headerOnly) {
      this.view = ByteView.bigEndian(bytes);
      this.headerOnly = headerOnly;
      essential.add(new Range(0, 2));
    }

    Scan run() throws ImageException {
      while (true) {
        int marker = nextMarker();
        if (marker == EOI) {
          if (scans == 0) {
            throw new ImageException(Reason.CORRUPT, "holds no image data");
          }
          essential.add(new Range(position - 2, position));
          return this;
        }
        if (marker == SOI) {
          throw new ImageException(Reason.CORRUPT, "begins anew within the image");
        }
        if (!standsAlone(marker)) {
          segment(marker);
          if (headerOnly && frame != null) {
            return this;
          }
        }
      }
    }

    /** Leaves the position behind the marker. */
    private int nextMarker() throws ImageException {
      while (true) {
        while (view.u8(position) != 0xFF) {
          position++;
          hasJunk = true;
        }
        while (view.u8(position) == 0xFF) {
          position++;
        }
        int code = view.u8(position++);
        if (code != 0) {
          return code;
        }
        hasJunk = true;
      }
    }

    private void segment(int marker) throws ImageException {
      int from = position - 2;
      int length = view.u16(position);
      if (length < 2) {
        throw new ImageException(Reason.CORRUPT, "has a segment of length " + length);
      }
      view.require(position, length);
      if (isFrame(marker)) {
        frame(marker, length);
      } else if (marker == APP14 && length >= 14 && view.holds(position + 2, "Adobe")) {
        adobeTransform = view.u8(position + 13);
      }
      position += length;
      if (marker == SOS) {
        if (frame == null) {
          throw new ImageException(Reason.CORRUPT, "has image data before its frame header");
        }
        scans++;
        skipEntropyCodedData();
      }
      boolean isMetadata = (marker >= APP0 && marker <= 0xEF) || marker == 0xFE;
      if (!isMetadata || marker == APP0 || marker == APP14) {
        essential.add(new Range(from, position));
      }
    }

    private void frame(int marker, int length) throws ImageException {
      if (frame != null) {
        throw new ImageException(Reason.CORRUPT, "has two frame headers");
      }
      // Baseline, extended and progressive, Huffman or arithmetic.
      boolean decodable = marker <= 0xC2 || marker == 0xC9 || marker == 0xCA;
      view.require(position + 2, 6);
      int precision = view.u8(position + 2);
      int components = view.u8(position + 7);
      if (!decodable || precision != 8) {
        throw new ImageException(
            Reason.UNSUPPORTED,
            "is a JPEG of process " + (marker - 0xC0) + " with " + precision + " bits per sample");
      }
      if (components != 1 && components != 3 && components != 4) {
        throw new ImageException(Reason.UNSUPPORTED, "has " + components + " colour components");
      }
      if (length != 8 + 3 * components) {
        throw new ImageException(Reason.CORRUPT, "has a frame header of length " + length);
      }
      frame = new Frame(view.u16(position + 5), view.u16(position + 3), components);
    }

    /** Up to the next marker that is neither a stuffed byte nor a restart. */
    private void skipEntropyCodedData() throws ImageException {
      byte[] bytes = view.bytes();
      for (int i = position; i + 1 < bytes.length; i++) {
        while (i + Long.BYTES < bytes.length && hasNoOnes((long) LONG.get(bytes, i))) {
          i += Long.BYTES;
        }
        if (bytes[i] == (byte) 0xFF && i + 1 < bytes.length) {
          int next = bytes[i + 1] & 0xFF;
          hasJunk |= next == 0xFF;
          if (next != 0 && next != 0xFF && !standsAlone(next)) {
            position = i;
            return;
          }
        }
      }
      throw new ImageException(
          Reason.TRUNCATED, "ends after " + bytes.length + " bytes, within the image data");
    }

    /** Whether none of eight bytes is 0xFF. */
    private static boolean hasNoOnes(long bytes) {
      return ((~bytes - 0x0101010101010101L) & bytes & 0x8080808080808080L) == 0;
    }

    private static boolean standsAlone(int marker) {
      return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
    }

    /** SOF0 to SOF15 without the codes in between that define tables. */
    private static boolean isFrame(int marker) {
      return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }
  }
}
