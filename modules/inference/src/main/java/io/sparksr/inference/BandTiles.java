package io.sparksr.inference;

import io.sparksr.core.image.ImageLayout;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.image.SampleBand;
import java.util.List;

/**
 * Some rows of an image and their enlargement in 8 or 16 bits, filled tile by tile. The tiles are
 * enlarged by one thread; the result is read by another after the last of them.
 */
final class BandTiles implements TilePixels {
  private static final int CHANNELS = RgbImage.CHANNELS;

  /** 16-bit samples per level of the 8-bit scale. */
  private static final float FINE_LEVELS = 257;

  private final SampleBand lr;
  private final List<Tile> tiles;
  private final int factor;
  private final int bits;
  private byte[] sr;
  private int tilesDone;

  /**
   * A band without a result yet.
   *
   * @param lr holds the tiles with their halos
   * @param tiles side by side, of one height
   * @param bits of the result's samples
   */
  BandTiles(SampleBand lr, List<Tile> tiles, int factor, int bits) {
    this.lr = lr;
    this.tiles = tiles;
    this.factor = factor;
    this.bits = bits;
  }

  /** Bytes that a band of so many rows takes with its result. */
  static long bytes(ImageLayout layout, long rowsRead, long rows, int factor, int bits) {
    long lrBytes = rowsRead * layout.width() * SampleBand.step(layout) * Short.BYTES;
    return lrBytes + rows * factor * layout.width() * factor * CHANNELS * (bits / 8);
  }

  SampleBand lr() {
    return lr;
  }

  List<Tile> tiles() {
    return tiles;
  }

  /** The first row of the core. */
  int top() {
    return tiles.get(0).top();
  }

  /** Rows of the core. */
  int rows() {
    return tiles.get(0).height();
  }

  /** (factor rows, factor width, 3) samples, 16-bit ones big-endian. */
  byte[] sr() {
    return sr;
  }

  /** Counts a tile; whether it was the last. */
  boolean tileDone() {
    tilesDone++;
    return tilesDone == tiles.size();
  }

  @Override
  public void copyIn(Tile tile, float[] scale, float[] shift, float[] input, int start) {
    int step = SampleBand.step(lr.layout());
    short[] samples = lr.samples();
    float perLevel = lr.layout().bits() == 16 ? FINE_LEVELS : 1;
    int position = start;
    for (int c = 0; c < CHANNELS; c++) {
      for (int y = 0; y < tile.inputHeight(); y++) {
        int row = tile.top() - tile.haloTop() + y - lr.top();
        int in = (row * lr.layout().width() + tile.left() - tile.haloLeft()) * step + c;
        for (int x = 0; x < tile.inputWidth(); x++) {
          input[position++] = (samples[in] & 0xFFFF) / perLevel * scale[c] + shift[c];
          in += step;
        }
      }
    }
  }

  @Override
  public void copyOut(Tile tile, float[] values, int start, float[] scale, float[] shift) {
    int srWidth = lr.layout().width() * factor;
    if (sr == null) {
      sr = new byte[rows() * factor * srWidth * CHANNELS * (bits / 8)];
    }
    int tileWidth = tile.inputWidth() * factor;
    int plane = tileWidth * tile.inputHeight() * factor;
    for (int c = 0; c < CHANNELS; c++) {
      for (int y = 0; y < tile.height() * factor; y++) {
        int in =
            start
                + c * plane
                + (tile.haloTop() * factor + y) * tileWidth
                + tile.haloLeft() * factor;
        int row = (tile.top() - top()) * factor + y;
        int out = (row * srWidth + tile.left() * factor) * CHANNELS + c;
        if (bits == 8) {
          putBytes(values, in, tile.width() * factor, scale[c], shift[c], out);
        } else {
          putShorts(values, in, tile.width() * factor, scale[c], shift[c], out);
        }
      }
    }
  }

  private void putBytes(float[] values, int from, int count, float scale, float shift, int to) {
    int out = to;
    for (int in = from; in < from + count; in++) {
      sr[out] = (byte) nearest((values[in] - shift) / scale, 255);
      out += CHANNELS;
    }
  }

  private void putShorts(float[] values, int from, int count, float scale, float shift, int to) {
    int out = 2 * to;
    for (int in = from; in < from + count; in++) {
      float level = (values[in] - shift) / scale * FINE_LEVELS;
      int value = nearest(level, 65_535);
      sr[out] = (byte) (value >> 8);
      sr[out + 1] = (byte) value;
      out += 2 * CHANNELS;
    }
  }

  /** As {@link Math#round(float)}, which takes twice as long, and clipped to 0 and above. */
  private static int nearest(float level, int most) {
    return Math.max(0, Math.min(most, (int) (level + 0.5)));
  }
}
