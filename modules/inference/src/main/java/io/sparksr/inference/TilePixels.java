package io.sparksr.inference;

/** Where a tile's pixels come from and where its result goes. */
interface TilePixels {

  /**
   * Copies what the network sees of a tile, halo included.
   *
   * @param scale factor of each channel, from the scale of bytes to the network's
   * @param shift summand of each channel
   * @param input receives (3, input height, input width) values from {@code position} on
   */
  void copyIn(Tile tile, float[] scale, float[] shift, float[] input, int position);

  /**
   * Takes the enlarged core of a tile.
   *
   * @param sr what the network made of it: (3, factor input height, factor input width) values from
   *     {@code position} on, halo included
   * @param scale factor of each channel, from the scale of bytes to the network's output
   * @param shift summand of each channel
   */
  void copyOut(Tile tile, float[] sr, int position, float[] scale, float[] shift);
}
