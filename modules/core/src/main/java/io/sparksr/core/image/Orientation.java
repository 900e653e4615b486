package io.sparksr.core.image;

import java.util.Optional;

/**
 * How stored pixels have to be turned and mirrored to be seen upright, as EXIF numbers it.
 *
 * @param code 1 (as stored) to 8
 */
public record Orientation(int code) {
  /** Pixels are stored as they are to be seen. */
  public static final Orientation UPRIGHT = new Orientation(1);

  /** Checks the code. */
  public Orientation {
    if (code < 1 || code > 8) {
      throw new IllegalArgumentException("an orientation is 1 to 8, got " + code);
    }
  }

  /**
   * What a file's EXIF block says: upright where there is none, it is damaged, or it says what does
   * not exist. TIFF files, whose orientation decoders apply, are upright.
   *
   * @param file the whole file
   */
  public static Orientation of(byte[] file) {
    return ofHead(file).orElse(UPRIGHT);
  }

  /**
   * The same from the first bytes of a file. A JPEG's EXIF block comes before its pixels; that of a
   * PNG or WebP may be the last thing in the file.
   *
   * @return empty if more of the file has to be seen
   */
  public static Optional<Orientation> ofHead(byte[] head) {
    return switch (ImageFormat.of(head).orElse(ImageFormat.TIFF)) {
      case JPEG -> FileNotes.orientation("jpeg", head);
      case WEBP -> FileNotes.orientation("webp", head);
      case PNG -> PngNotes.orientation(head);
      default -> Optional.of(UPRIGHT);
    };
  }

  /** What a number found in a file stands for. */
  static Orientation ofCode(int code) {
    return code < 1 || code > 8 ? UPRIGHT : new Orientation(code);
  }

  /** Whether the upright image is as wide as the stored one is high. */
  public boolean swapsSides() {
    return code >= 5;
  }

  /** Whether a stored row is read from its end. */
  private boolean fromRight() {
    return code == 2 || code == 3 || code == 7 || code == 8;
  }

  /** Whether a stored column is read from its end. */
  private boolean fromBottom() {
    return code == 3 || code == 4 || code == 6 || code == 7;
  }

  /**
   * Where the pixels of a region of the upright image are stored.
   *
   * @param upright within the upright image
   * @param width of the stored image
   * @param height of the stored image
   */
  public Region stored(Region upright, int width, int height) {
    boolean swaps = swapsSides();
    int storedWidth = swaps ? upright.height() : upright.width();
    int storedHeight = swaps ? upright.width() : upright.height();
    int left = swaps ? upright.top() : upright.left();
    int top = swaps ? upright.left() : upright.top();
    return new Region(
        fromRight() ? width - left - storedWidth : left,
        fromBottom() ? height - top - storedHeight : top,
        storedWidth,
        storedHeight);
  }

  /** The upright image; the image itself if it is stored that way. */
  public RgbImage upright(RgbImage stored) {
    if (code == 1) {
      return stored;
    }
    int width = stored.width();
    int height = stored.height();
    byte[] pixels = upright(stored.pixels(), width, height, RgbImage.CHANNELS);
    return swapsSides()
        ? new RgbImage(/* width= */ height, /* height= */ width, pixels)
        : new RgbImage(width, height, pixels);
  }

  /** The same for interleaved bytes, row by row. */
  byte[] upright(byte[] stored, int width, int height, int channels) {
    byte[] upright = new byte[stored.length];
    int columns = swapsSides() ? height : width;
    int rows = swapsSides() ? width : height;
    int out = 0;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int fromLeft = swapsSides() ? y : x;
        int fromTop = swapsSides() ? x : y;
        int column = fromRight() ? width - 1 - fromLeft : fromLeft;
        int row = fromBottom() ? height - 1 - fromTop : fromTop;
        int in = (row * width + column) * channels;
        for (int c = 0; c < channels; c++) {
          upright[out++] = stored[in + c];
        }
      }
    }
    return upright;
  }
}
