package io.sparksr.core.image;

import java.util.Optional;

/**
 * What a file says about its image beside the pixels, as far as it still holds for an enlarged one.
 *
 * @param orientation EXIF's: 1 (as stored) to 8
 * @param iccProfile colour profile for the pixels as they are decoded; shared, treat as constant
 * @param density resolution for print
 * @param pictures 1, or 2 if the file holds more than the one that is decoded: frames, pages
 */
public record ImageMetadata(
    int orientation, Optional<byte[]> iccProfile, Optional<Density> density, int pictures) {
  /** Nothing is said. */
  public static final ImageMetadata NONE =
      new ImageMetadata(1, Optional.empty(), Optional.empty(), 1);

  /** EXIF's default, where pixels are stored as they are to be seen. */
  static final int UPRIGHT = 1;

  private static final int COLOUR_SPACE = 16;

  /** Takes an orientation that does not exist for upright. */
  public ImageMetadata {
    orientation = orientation < UPRIGHT || orientation > 8 ? UPRIGHT : orientation;
  }

  /**
   * Pixels per inch.
   *
   * @param x horizontally, above 0
   * @param y vertically, above 0
   */
  public record Density(double x, double y) {
    private static final double METRES_PER_INCH = 0.0254;

    /** What a file gives, unless it is nonsense. */
    static Optional<Density> of(double x, double y) {
      boolean isSane = x > 0 && y > 0 && x < 1e6 && y < 1e6;
      return isSane ? Optional.of(new Density(x, y)) : Optional.empty();
    }

    static Optional<Density> perMetre(long x, long y) {
      return of(x * METRES_PER_INCH, y * METRES_PER_INCH);
    }

    int xPerMetre() {
      return (int) Math.round(x / METRES_PER_INCH);
    }

    int yPerMetre() {
      return (int) Math.round(y / METRES_PER_INCH);
    }
  }

  /** Whether the file holds frames or pages beside the one that is decoded. */
  public boolean hasMorePictures() {
    return pictures > 1;
  }

  /** The same without a profile that is for other pixels than gray (1) or RGB (3) ones. */
  ImageMetadata fittingTo(int colours) {
    String space = colours == 1 ? "GRAY" : "RGB ";
    Optional<byte[]> fitting =
        iccProfile.filter(icc -> ByteView.bigEndian(icc).holds(COLOUR_SPACE, space));
    return new ImageMetadata(orientation, fitting, density, pictures);
  }
}
