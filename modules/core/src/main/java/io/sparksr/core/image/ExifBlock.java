package io.sparksr.core.image;

import java.util.Arrays;
import java.util.Optional;

/**
 * The first directory of an EXIF block or a TIFF file, as far as it describes the picture. Damage
 * is passed over: it does not concern the pixels.
 *
 * @param orientation 1 if none is given
 * @param density resolution, if any
 * @param iccProfile colour profile, if any
 * @param hasNext whether another directory follows: in a TIFF, another page
 */
record ExifBlock(
    int orientation,
    Optional<ImageMetadata.Density> density,
    Optional<byte[]> iccProfile,
    boolean hasNext) {
  static final ExifBlock NONE =
      new ExifBlock(ImageMetadata.UPRIGHT, Optional.empty(), Optional.empty(), false);

  private static final String PREFIX = "Exif\0\0";
  private static final int ORIENTATION = 274;
  private static final int X_RESOLUTION = 282;
  private static final int Y_RESOLUTION = 283;
  private static final int RESOLUTION_UNIT = 296;
  private static final int ICC_PROFILE = 34675;
  private static final int PER_CENTIMETRE = 3;
  private static final int ENTRY_BYTES = 12;

  /** Reads a block, with or without the prefix it has in JPEG files. */
  static ExifBlock of(byte[] bytes) {
    boolean isPrefixed = ByteView.bigEndian(bytes).holds(0, PREFIX);
    byte[] block = isPrefixed ? Arrays.copyOfRange(bytes, PREFIX.length(), bytes.length) : bytes;
    try {
      ByteView big = ByteView.bigEndian(block);
      ByteView view = big.holds(0, "II") ? ByteView.littleEndian(block) : big;
      long directory = view.u32(4);
      int count = view.u16(directory);
      long end = directory + 2 + (long) ENTRY_BYTES * count;
      return read(view, directory + 2, count, view.size() >= end + 4 && view.u32(end) != 0);
    } catch (ImageException e) {
      return NONE;
    }
  }

  private static ExifBlock read(ByteView view, long entries, int count, boolean hasNext)
      throws ImageException {
    int orientation = ImageMetadata.UPRIGHT;
    double x = 0;
    double y = 0;
    double unit = 1;
    Optional<byte[]> icc = Optional.empty();
    for (int i = 0; i < count; i++) {
      long entry = entries + (long) ENTRY_BYTES * i;
      switch (view.u16(entry)) {
        case ORIENTATION -> orientation = whole(view, entry);
        case X_RESOLUTION -> x = rational(view, entry);
        case Y_RESOLUTION -> y = rational(view, entry);
        case RESOLUTION_UNIT -> unit = view.u16(entry + 8) == PER_CENTIMETRE ? 2.54 : 1;
        case ICC_PROFILE -> icc = bytes(view, entry);
        default -> {
          // Nothing of use.
        }
      }
    }
    return new ExifBlock(orientation, ImageMetadata.Density.of(x * unit, y * unit), icc, hasNext);
  }

  /** A BYTE, SHORT or LONG. */
  private static int whole(ByteView view, long entry) throws ImageException {
    return switch (view.u16(entry + 2)) {
      case 1 -> view.u8(entry + 8);
      case 4 -> (int) view.u32(entry + 8);
      default -> view.u16(entry + 8);
    };
  }

  private static double rational(ByteView view, long entry) throws ImageException {
    long at = view.u32(entry + 8);
    return at + 8 > view.size() ? 0 : (double) view.u32(at) / Math.max(1, view.u32(at + 4));
  }

  private static Optional<byte[]> bytes(ByteView view, long entry) throws ImageException {
    long count = view.u32(entry + 4);
    long at = view.u32(entry + 8);
    return count <= 4 || at + count > view.size()
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(view.bytes(), (int) at, (int) (at + count)));
  }

  /** The same of pixels that were turned. */
  ExifBlock upright() {
    return new ExifBlock(ImageMetadata.UPRIGHT, density, iccProfile, hasNext);
  }

  /** A block, without prefix, that gives an orientation and nothing else. */
  static byte[] withOrientation(int orientation) {
    return new byte[] {
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8, // big-endian; the directory follows
      0,
      1, // one entry
      1,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      (byte) orientation,
      0,
      0, // tag 274, one SHORT
      0,
      0,
      0,
      0 // no further directory
    };
  }
}
