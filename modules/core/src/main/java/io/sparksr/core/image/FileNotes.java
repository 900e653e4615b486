package io.sparksr.core.image;

import io.sparksr.core.image.ImageMetadata.Density;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Metadata of files other than PNG. Damage ends the reading of them and is passed over: it does not
 * concern the pixels.
 */
final class FileNotes {
  private static final double CENTIMETRES_PER_INCH = 2.54;
  private static final int WEBP_CHUNKS = 12;
  private static final int WEBP_FLAGS = 20;
  private static final int WEBP_HAS_EXIF = 0x08;

  private ExifBlock exif = ExifBlock.NONE;
  private boolean hasExif;
  private Optional<byte[]> icc = Optional.empty();
  private Optional<Density> density = Optional.empty();
  private int pictures = 1;

  private FileNotes() {}

  static ImageMetadata of(String format, byte[] file) {
    FileNotes notes = new FileNotes();
    notes.readAsFarAsPossible(format, file);
    return new ImageMetadata(
        notes.exif.orientation(), notes.icc, notes.density.or(notes.exif::density), notes.pictures);
  }

  /**
   * The orientation that a JPEG or WebP file states, from its first bytes.
   *
   * @return empty if more of the file has to be seen
   */
  static Optional<Orientation> orientation(String format, byte[] head) {
    // In a WebP the flag counts: libwebp passes over a chunk that it does not announce.
    boolean isAnnounced =
        !format.equals("webp")
            || (head.length > WEBP_FLAGS
                && ByteView.bigEndian(head).holds(WEBP_CHUNKS, "VP8X")
                && (head[WEBP_FLAGS] & WEBP_HAS_EXIF) != 0);
    if (!isAnnounced) {
      return Optional.of(Orientation.UPRIGHT);
    }
    FileNotes notes = new FileNotes();
    boolean isComplete = notes.readAsFarAsPossible(format, head);
    return isComplete || notes.hasExif
        ? Optional.of(Orientation.ofCode(notes.exif.orientation()))
        : Optional.empty();
  }

  /** Whether all there can be was seen. */
  private boolean readAsFarAsPossible(String format, byte[] file) {
    try {
      switch (format) {
        case "jpeg" -> readJpeg(ByteView.bigEndian(file));
        case "webp" -> readWebp(ByteView.littleEndian(file));
        case "tiff" -> readTiff(file);
        case "gif" -> readGif(ByteView.littleEndian(file));
        case "bmp" -> readBmp(ByteView.littleEndian(file));
        default -> {
          // Nothing is known of others.
        }
      }
      return true;
    } catch (ImageException e) {
      return false; // what was found until then holds
    }
  }

  private void readJpeg(ByteView view) throws ImageException {
    TreeMap<Integer, byte[]> profile = new TreeMap<>();
    int position = 2;
    while (true) {
      while (view.u8(position) != 0xFF) {
        position++;
      }
      int marker = view.u8(position + 1);
      if (marker == 0xFF || marker == 0) {
        position++;
        continue;
      }
      if (marker == 0xDA) {
        icc = joined(profile);
        return;
      }
      int length = view.u16(position + 2);
      view.require(position + 2, length);
      int from = position + 4;
      int to = position + 2 + length;
      if (marker == 0xE0 && view.holds(from, "JFIF\0") && length >= 14) {
        double unit = view.u8(from + 7) == 2 ? CENTIMETRES_PER_INCH : view.u8(from + 7);
        density = Density.of(view.u16(from + 8) * unit, view.u16(from + 10) * unit);
      } else if (marker == 0xE1 && view.holds(from, "Exif\0\0") && !hasExif) {
        // A block that does not fit one segment goes on in the next.
        hasExif = true;
        exif = ExifBlock.of(Arrays.copyOfRange(view.bytes(), from, to));
      } else if (marker == 0xE2 && view.holds(from, "ICC_PROFILE\0") && length >= 16) {
        profile.put(view.u8(from + 12), Arrays.copyOfRange(view.bytes(), from + 14, to));
      } else if (marker == 0xE2 && view.holds(from, "MPF\0")) {
        pictures = 2;
      }
      position = to;
    }
  }

  private static Optional<byte[]> joined(Map<Integer, byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.values().forEach(all::writeBytes);
    return all.size() == 0 ? Optional.empty() : Optional.of(all.toByteArray());
  }

  private void readWebp(ByteView view) throws ImageException {
    long position = WEBP_CHUNKS;
    long end = 8 + view.u32(4);
    while (position + 8 <= end) {
      long length = view.u32(position + 4);
      view.require(position + 8, length);
      int from = (int) position + 8;
      byte[] payload =
          view.holds(position, "EXIF") || view.holds(position, "ICCP")
              ? Arrays.copyOfRange(view.bytes(), from, (int) (from + length))
              : new byte[0];
      if (view.holds(position, "EXIF")) {
        hasExif = true;
        exif = ExifBlock.of(payload);
      } else if (view.holds(position, "ICCP")) {
        icc = Optional.of(payload);
      } else if (view.holds(position, "VP8X")) {
        pictures = (view.u8(from) & 2) == 0 ? 1 : 2;
      }
      position += 8 + length + length % 2;
    }
  }

  private void readTiff(byte[] file) {
    // Decoders apply the orientation.
    exif = ExifBlock.of(file).upright();
    icc = exif.iccProfile();
    pictures = exif.hasNext() ? 2 : 1;
  }

  /** Counts frames: another one than the first stands for more. */
  private void readGif(ByteView view) throws ImageException {
    int flags = view.u8(10);
    int position = 13 + ((flags & 0x80) == 0 ? 0 : 3 * (2 << (flags & 7)));
    int frames = 0;
    while (true) {
      int block = view.u8(position++);
      if (block == ';') {
        return;
      }
      if (block == ',') {
        frames++;
        pictures = Math.min(frames, 2);
        int local = view.u8(position + 8);
        position += 10 + ((local & 0x80) == 0 ? 0 : 3 * (2 << (local & 7)));
      } else {
        position++;
      }
      while (view.u8(position) != 0) {
        position += 1 + view.u8(position);
      }
      position++;
    }
  }

  private void readBmp(ByteView view) throws ImageException {
    if (view.u32(14) >= 40) {
      density = Density.perMetre(view.u32(38), view.u32(42));
    }
  }
}
