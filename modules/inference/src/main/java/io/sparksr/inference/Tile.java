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
    List<Tile> tiles = new ArrayList<>();
    bands(width, height, side, side, halo).forEach(tiles::addAll);
    return tiles;
  }

  /** The same from top to bottom: a list of tiles beside each other for each row of them. */
  static List<List<Tile>> bands(int width, int height, int mostWidth, int mostHeight, int halo) {
    int columns = (width + mostWidth - 1) / mostWidth;
    int rows = (height + mostHeight - 1) / mostHeight;
    List<List<Tile>> bands = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int top = part(height, rows, row);
      int bottom = part(height, rows, row + 1);
      List<Tile> band = new ArrayList<>();
      for (int column = 0; column < columns; column++) {
        int left = part(width, columns, column);
        int right = part(width, columns, column + 1);
        band.add(
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
      bands.add(band);
    }
    return bands;
  }

  private static int part(int length, int parts, int index) {
    return (int) ((long) length * index / parts);
  }

  /**
   * The two halves of the core along its longer side, with halos that reach into the other half.
   *
   * @param halo what this tile was cut with
   */
  List<Tile> halves(int halo) {
    if (width >= height) {
      int first = width / 2;
      int rest = width - first;
      int haloBetween = Math.min(halo, rest + haloRight);
      int haloBack = Math.min(halo, first + haloLeft);
      return List.of(
          new Tile(left, top, first, height, haloLeft, haloTop, haloBetween, haloBottom),
          new Tile(left + first, top, rest, height, haloBack, haloTop, haloRight, haloBottom));
    }
    int first = height / 2;
    int rest = height - first;
    int haloBetween = Math.min(halo, rest + haloBottom);
    int haloBack = Math.min(halo, first + haloTop);
    return List.of(
        new Tile(left, top, width, first, haloLeft, haloTop, haloRight, haloBetween),
        new Tile(left, top + first, width, rest, haloLeft, haloBack, haloRight, haloBottom));
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
