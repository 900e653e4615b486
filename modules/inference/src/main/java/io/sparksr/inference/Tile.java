package io.sparksr.inference;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of an LR image that is enlarged by itself: a core, and around it a halo which the network
 * sees but whose output is thrown away. The halo ends at the image's borders, where the network
 * pads with zeros as it does for the whole image. All in LR pixels.
 */
record Tile(
    int left,
    int top,
    int width,
    int height,
    int haloLeft,
    int haloTop,
    int haloRight,
    int haloBottom) {

  /** Cuts an image into cores of nearly equal sides of at most {@code side}. */
  static List<Tile> cover(int width, int height, int side, int halo) {
    int columns = (width + side - 1) / side;
    int rows = (height + side - 1) / side;
    List<Tile> tiles = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int top = part(height, rows, row);
      int bottom = part(height, rows, row + 1);
      for (int column = 0; column < columns; column++) {
        int left = part(width, columns, column);
        int right = part(width, columns, column + 1);
        tiles.add(
            new Tile(
                left,
                top,
                right - left,
                bottom - top,
                Math.min(halo, left),
                Math.min(halo, top),
                Math.min(halo, width - right),
                Math.min(halo, height - bottom)));
      }
    }
    return tiles;
  }

  private static int part(int length, int parts, int index) {
    return (int) ((long) length * index / parts);
  }

  /** Width of what the network sees. */
  int inputWidth() {
    return haloLeft + width + haloRight;
  }

  /** Height of what the network sees. */
  int inputHeight() {
    return haloTop + height + haloBottom;
  }

  /** Whether both can be enlarged in one batch. */
  boolean hasSizeOf(Tile other) {
    return inputWidth() == other.inputWidth() && inputHeight() == other.inputHeight();
  }
}
