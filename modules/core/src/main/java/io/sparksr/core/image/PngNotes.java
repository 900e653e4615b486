package io.sparksr.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sparksr.core.image.ImageException.Reason;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** What the chunks beside the pixels say, gathered chunk by chunk. */
final class PngNotes {
  private static final String RAW_EXIF = "Raw profile type exif";
  private static final Set<String> TEXT_OR_EXIF = Set.of("eXIf", "zTXt", "tEXt");
  private static final int MOST_BYTES = 1 << 20;

  private ExifBlock exif = ExifBlock.NONE;
  private boolean hasExifChunk;
  private Optional<byte[]> icc = Optional.empty();
  private Optional<ImageMetadata.Density> density = Optional.empty();
  private int pictures = 1;

  ImageMetadata metadata() {
    return new ImageMetadata(exif.orientation(), icc, density, pictures);
  }

  /**
   * The orientation that a file states, from its first bytes. The chunk may come after the pixels.
   *
   * @return empty if more of the file has to be seen
   */
  static Optional<Orientation> orientation(byte[] head) {
    ByteView view = ByteView.bigEndian(head);
    PngNotes notes = new PngNotes();
    try {
      long position = PngChunks.SIGNATURE.length();
      while (!view.holds(position + 4, "IEND") && !notes.hasExifChunk) {
        long length = view.u32(position);
        view.require(position + 8, length);
        String type = new String(head, (int) position + 4, 4, ISO_8859_1);
        if (TEXT_OR_EXIF.contains(type)) {
          int payload = (int) position + 8;
          notes.add(type, Arrays.copyOfRange(head, payload, payload + (int) length));
        }
        position += 12 + length;
      }
      return Optional.of(Orientation.ofCode(notes.exif.orientation()));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  /**
   * Takes one chunk.
   *
   * @throws ImageException CORRUPT if it inflates beyond a mebibyte, as Pillow refuses it too
   */
  void add(String type, byte[] payload) throws ImageException {
    ByteView view = ByteView.bigEndian(payload);
    switch (type) {
      case "pHYs" -> {
        if (payload.length == 9 && payload[8] == 1) {
          density = ImageMetadata.Density.perMetre(view.u32(0), view.u32(4));
        }
      }
      case "eXIf" -> {
        exif = ExifBlock.of(payload);
        hasExifChunk = true;
      }
      case "acTL" -> pictures = payload.length >= 4 && view.u32(0) > 1 ? 2 : 1;
      case "iCCP" -> icc = inflated(type, payload, afterZero(payload, 0) + 1);
      case "zTXt" ->
          raw(payload, inflated(type, payload, afterZero(payload, 0) + 1).orElse(new byte[0]));
      case "tEXt" -> {
        int text = Math.min(afterZero(payload, 0), payload.length);
        raw(payload, Arrays.copyOfRange(payload, text, payload.length));
      }
      case "iTXt" -> international(payload);
      default -> {
        // Nothing of use.
      }
    }
  }

  private static void international(byte[] payload) throws ImageException {
    int flags = afterZero(payload, 0);
    if (flags + 1 < payload.length && payload[flags] == 1) {
      inflated("iTXt", payload, afterZero(payload, afterZero(payload, flags + 2)));
    }
  }

  /** ImageMagick's text form of an EXIF block: a name, a length, then hexadecimal lines. */
  private void raw(byte[] payload, byte[] text) {
    boolean isExif = new String(payload, ISO_8859_1).startsWith(RAW_EXIF + "\0");
    String[] parts = isExif ? new String(text, ISO_8859_1).strip().split("\\s+", 3) : new String[0];
    if (parts.length == 3 && !hasExifChunk) {
      try {
        exif = ExifBlock.of(HexFormat.of().parseHex(parts[2].replaceAll("\\s", "")));
      } catch (IllegalArgumentException e) {
        exif = ExifBlock.NONE; // broken metadata does not concern the pixels
      }
    }
  }

  private static int afterZero(byte[] payload, int from) {
    int position = from;
    while (position < payload.length && payload[position] != 0) {
      position++;
    }
    return position + 1;
  }

  private static Optional<byte[]> inflated(String type, byte[] payload, int from)
      throws ImageException {
    if (from >= payload.length) {
      return Optional.empty();
    }
    Inflater inflater = new Inflater();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      inflater.setInput(payload, from, payload.length - from);
      byte[] buffer = new byte[8192];
      for (int n = inflater.inflate(buffer); n > 0; n = inflater.inflate(buffer)) {
        out.write(buffer, 0, n);
        if (out.size() > MOST_BYTES) {
          throw new ImageException(
              Reason.CORRUPT,
              "has a chunk " + type + " that inflates to more than " + MOST_BYTES + " bytes");
        }
      }
      return inflater.finished() ? Optional.of(out.toByteArray()) : Optional.empty();
    } catch (DataFormatException e) {
      return Optional.empty(); // broken metadata does not concern the pixels
    } finally {
      inflater.end();
    }
  }
}
