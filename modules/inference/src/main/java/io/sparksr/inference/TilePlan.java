package io.sparksr.inference;

import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.ImageLayout;
import java.util.List;

/**
 * How an image is cut: bands from top to bottom, each of tiles side by side.
 *
 * @param bands tiles of one height each
 */
record TilePlan(List<List<Tile>> bands) {
  /** Bands that are in memory at once: read, computed, written. */
  private static final int BANDS_AT_ONCE = 3;

  /** Alpha is enlarged from two rows around a band, whatever the network needs. */
  private static final int LEAST_HALO = 2;

  /** Halos make bands of fewer rows than this mostly waste. */
  private static final int FEWEST_ROWS = 16;

  /** More does not go into one array. */
  private static final long MOST_BAND_BYTES = 1L << 30;

  /**
   * Plans an image.
   *
   * @param halo the network's receptive radius
   * @throws ImageException TOO_LARGE if a single row of the image is too much
   */
  static TilePlan of(
      ImageLayout layout, int halo, int factor, int targetBits, PipelineSettings settings)
      throws ImageException {
    int around = Math.max(halo, LEAST_HALO);
    long side = settings.tileSize() + 2L * around;
    boolean isOnePiece = (long) layout.width() * layout.height() <= side * side;
    int mostWidth = isOnePiece ? layout.width() : settings.tileSize();
    int mostHeight = isOnePiece ? layout.height() : settings.tileSize();
    long perRow = BandTiles.bytes(layout, 1, 1, factor, targetBits);
    long affordable = settings.memoryBytes() / BANDS_AT_ONCE / perRow;
    long possible = MOST_BAND_BYTES / perRow - 2L * around;
    if (possible < 1) {
      throw new ImageException(
          Reason.TOO_LARGE, "has rows of " + layout.width() + " pixels, too long to be enlarged");
    }
    mostHeight = (int) Math.min(possible, Math.max(FEWEST_ROWS, Math.min(mostHeight, affordable)));
    return new TilePlan(Tile.bands(layout.width(), layout.height(), mostWidth, mostHeight, around));
  }

  long tiles() {
    return bands.stream().mapToLong(List::size).sum();
  }
}
