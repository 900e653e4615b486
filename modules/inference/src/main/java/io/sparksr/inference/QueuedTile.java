package io.sparksr.inference;

/** A tile that waits for the network; {@link #END} says that no more will come. */
record QueuedTile(ImageInFlight image, BandTiles band, Tile tile) {
  static final QueuedTile END = new QueuedTile(null, null, null);

  boolean isEnd() {
    return image == null;
  }
}
