package io.sparksr.inference;

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

  /**
   * Plans an image.
   *
   * @param halo the network's receptive radius
   */
  static TilePlan of(
      ImageLayout layout, int halo, int factor, int targetBits, PipelineSettings settings) {
    int around = Math.max(halo, LEAST_HALO);
    long side = settings.tileSize() + 2L * around;
    boolean isOnePiece = (long) layout.width() * layout.height() <= side * side;
    int mostWidth = isOnePiece ? layout.width() : settings.tileSize();
    int mostHeight = isOnePiece ? layout.height() : settings.tileSize();
    long perRow = BandTiles.bytes(layout, 1, 1, factor, targetBits);
    long affordable = settings.memoryBytes() / BANDS_AT_ONCE / perRow;
    mostHeight = (int) Math.max(FEWEST_ROWS, Math.min(mostHeight, affordable));
    return new TilePlan(Tile.bands(layout.width(), layout.height(), mostWidth, mostHeight, around));
  }

  long tiles() {
    return bands.stream().mapToLong(List::size).sum();
  }
}
