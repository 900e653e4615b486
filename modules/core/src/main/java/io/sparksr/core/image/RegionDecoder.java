package io.sparksr.core.image;

import java.util.List;
import java.util.Optional;

/**
 * Decodes parts of many files, with the bytes of {@link ImageDecoder#regions}, by whichever decoder
 * has less work. For one thread.
 */
public final class RegionDecoder implements AutoCloseable {
  /**
   * One part in so many must lie in regions. Of 640x480 pixels, {@link JpegRegions} takes 1.6 ms
   * for one crop of 96x96, 2.7 ms for three, 2.8 ms for four and 4.4 ms for eight; {@link
   * TurboJpeg} 3.0 to 3.3 ms for any number (Zen 3, AVX2). Five crops cover one part in 6.7.
   */
  private static final int COVERED_AT_LEAST = 7;

  private final ImageDecoder decoder;
  private final Optional<TurboJpeg> turbo;

  /**
   * A decoder for one thread.
   *
   * @param decoder for all but what the system's libjpeg-turbo does faster
   * @param choice whether to use that library
   */
  public RegionDecoder(ImageDecoder decoder, NativeJpeg choice) {
    this.decoder = decoder;
    this.turbo =
        choice == NativeJpeg.AUTO && TurboJpegLibrary.isUsable()
            ? Optional.of(new TurboJpeg())
            : Optional.empty();
  }

  /**
   * Decodes parts of one file.
   *
   * @param bytes the whole file
   * @param header what the {@link ImageDecoder} read from it
   * @param regions within the image
   * @return one image per region
   * @throws ImageException as {@link ImageDecoder#decode} throws
   * @throws IllegalArgumentException if a region does not lie within the image
   */
  public List<RgbImage> regions(byte[] bytes, ImageHeader header, List<Region> regions)
      throws ImageException {
    if (turbo.isPresent() && header.format().equals("jpeg") && isWorthWhole(header, regions)) {
      JpegStructure structure = JpegStructure.of(bytes);
      Optional<BaselineHeader> baseline =
          BaselineHeader.of(bytes, structure)
              .filter(found -> TurboJpeg.takes(found, structure.end()));
      if (baseline.isPresent()) {
        Optional<List<RgbImage>> images =
            turbo.get().decode(bytes, structure.end(), baseline.get(), regions);
        if (images.isPresent()) {
          return images.get();
        }
      }
    }
    return decoder.regions(bytes, regions);
  }

  /** Whether the regions cover so much that the library is expected to be the quicker way. */
  static boolean isWorthWhole(ImageHeader header, List<Region> regions) {
    // Of more regions than that, the other way is a whole decoder too, whose pixels may differ
    // where files are damaged.
    if (regions.size() > JpegRegions.MOST_REGIONS) {
      return false;
    }
    long covered = 0;
    for (Region region : regions) {
      if (!region.fits(header.width(), header.height())) {
        return false;
      }
      covered += (long) region.width() * region.height();
    }
    return covered * COVERED_AT_LEAST >= (long) header.width() * header.height();
  }

  @Override
  public void close() {
    turbo.ifPresent(TurboJpeg::close);
  }
}
