package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;

/** The first image file directory of a TIFF file. */
record TiffDirectory(ByteView view, long entries, int count) {
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int ORIENTATION = 274;
  static final int SAMPLES = 277;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;

  private static final int ENTRY_BYTES = 12;
  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  static TiffDirectory first(byte[] bytes) throws ImageException {
    ByteView big = ByteView.bigEndian(bytes);
    ByteView view = big.holds(0, "II") ? ByteView.littleEndian(bytes) : big;
    if (view.u16(2) != 42) {
      throw new ImageException(Reason.UNSUPPORTED, "is a BigTIFF");
    }
    long offset = view.u32(4);
    int count = view.u16(offset);
    view.require(offset + 2, (long) ENTRY_BYTES * count);
    return new TiffDirectory(view, offset + 2, count);
  }

  /**
   * The first value of a field.
   *
   * @param absent what an absent field stands for
   */
  long number(int tag, long absent) throws ImageException {
    for (int i = 0; i < count; i++) {
      long entry = entries + (long) ENTRY_BYTES * i;
      if (view.u16(entry) == tag) {
        return value(entry, tag);
      }
    }
    return absent;
  }

  private long value(long entry, int tag) throws ImageException {
    int type = view.u16(entry + 2);
    long values = view.u32(entry + 4);
    int bytes =
        switch (type) {
          case BYTE -> 1;
          case SHORT -> 2;
          case LONG -> 4;
          default ->
              throw new ImageException(
                  Reason.CORRUPT, "has TIFF field " + tag + " of type " + type);
        };
    if (values < 1) {
      throw new ImageException(Reason.CORRUPT, "has an empty TIFF field " + tag);
    }
    long at = values * bytes <= 4 ? entry + 8 : view.u32(entry + 8);
    return switch (type) {
      case BYTE -> view.u8(at);
      case SHORT -> view.u16(at);
      default -> view.u32(at);
    };
  }
}
