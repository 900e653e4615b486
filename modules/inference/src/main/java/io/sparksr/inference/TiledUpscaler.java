package io.sparksr.inference;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.RgbImage;
import io.sparksr.nn.SuperResolutionNetwork;
import java.util.ArrayList;
import java.util.List;

/**
 * Enlarges whole images by a network in tiles whose halo is the network's receptive radius, so that
 * the result is that of the whole image in one piece. Tiles that do not fit into memory are halved
 * until they do. For one thread at a time.
 */
public final class TiledUpscaler {
  private static final int CHANNELS = RgbImage.CHANNELS;

  private final SuperResolutionNetwork network;
  private final TileBatch tileBatch;
  private final int tileSize;
  private final int batchSize;

  /** Hears of every finished batch of tiles. */
  public interface Listener {
    /** So many tiles of the image are done now. */
    void tilesDone(int done, int total);
  }

  /**
   * An upscaler.
   *
   * @param network with its values loaded; stays the caller's
   * @param manager parent of the memory of each batch
   * @param tileSize side of a tile without its halo, LR pixels
   * @param batchSize tiles of equal size enlarged at once
   */
  public TiledUpscaler(
      SuperResolutionNetwork network, NDManager manager, int tileSize, int batchSize) {
    this(network, new TileBatch(network, manager), tileSize, batchSize);
  }

  /** With batches of one's own, for tests. */
  TiledUpscaler(SuperResolutionNetwork network, TileBatch tileBatch, int tileSize, int batchSize) {
    if (tileSize < 1 || batchSize < 1) {
      throw new IllegalArgumentException("tile and batch size must be at least 1");
    }
    this.network = network;
    this.tileBatch = tileBatch;
    this.tileSize = tileSize;
    this.batchSize = batchSize;
  }

  /** How many times as wide and high the result is. */
  public int scale() {
    return network.settings().scale();
  }

  /**
   * Enlarges an image.
   *
   * @return (scale H, scale W, 3) interleaved RGB on the scale of bytes, nominally 0 to 255,
   *     neither clipped nor rounded
   */
  public float[] upscale(RgbImage lr, Listener listener) {
    float[] sr =
        new float
            [Math.multiplyExact(
                Math.multiplyExact(lr.width() * scale(), lr.height() * scale()), CHANNELS)];
    TilePixels pixels = new Whole(lr, sr, scale());
    List<Tile> tiles = Tile.cover(lr.width(), lr.height(), tileSize, network.receptiveRadius());
    for (int first = 0; first < tiles.size(); ) {
      List<Tile> batch = new ArrayList<>(List.of(tiles.get(first)));
      while (first + batch.size() < tiles.size()
          && batch.size() < batchSize
          && tiles.get(first + batch.size()).hasSizeOf(batch.get(0))) {
        batch.add(tiles.get(first + batch.size()));
      }
      tileBatch.enlarge(batch.stream().map(tile -> new TileBatch.Work(tile, pixels)).toList());
      first += batch.size();
      listener.tilesDone(first, tiles.size());
    }
    return sr;
  }

  /** Enlarges an image without reporting progress; see {@link #upscale(RgbImage, Listener)}. */
  public float[] upscale(RgbImage lr) {
    return upscale(lr, (done, total) -> {});
  }

  /** Enlarges an image and rounds to bytes, clipped to 0..255. */
  public RgbImage upscaleToRgb(RgbImage lr, Listener listener) {
    float[] sr = upscale(lr, listener);
    byte[] pixels = new byte[sr.length];
    for (int i = 0; i < sr.length; i++) {
      pixels[i] = (byte) Math.max(0, Math.min(255, Math.round(sr[i])));
    }
    return new RgbImage(lr.width() * scale(), lr.height() * scale(), pixels);
  }

  /** A whole image and its whole result. */
  private record Whole(RgbImage lr, float[] sr, int factor) implements TilePixels {
    @Override
    public void copyIn(Tile tile, float[] scale, float[] shift, float[] input, int start) {
      byte[] pixels = lr.pixels();
      int position = start;
      for (int c = 0; c < CHANNELS; c++) {
        for (int y = 0; y < tile.inputHeight(); y++) {
          int in =
              ((tile.top() - tile.haloTop() + y) * lr.width() + tile.left() - tile.haloLeft())
                      * CHANNELS
                  + c;
          for (int x = 0; x < tile.inputWidth(); x++) {
            input[position++] = (pixels[in] & 0xFF) * scale[c] + shift[c];
            in += CHANNELS;
          }
        }
      }
    }

    @Override
    public void copyOut(Tile tile, float[] values, int start, float[] scale, float[] shift) {
      int tileWidth = tile.inputWidth() * factor;
      int plane = tileWidth * tile.inputHeight() * factor;
      int srWidth = lr.width() * factor;
      for (int c = 0; c < CHANNELS; c++) {
        for (int y = 0; y < tile.height() * factor; y++) {
          int in =
              start
                  + c * plane
                  + (tile.haloTop() * factor + y) * tileWidth
                  + tile.haloLeft() * factor;
          int out = ((tile.top() * factor + y) * srWidth + tile.left() * factor) * CHANNELS + c;
          for (int x = 0; x < tile.width() * factor; x++) {
            sr[out] = (values[in++] - shift[c]) / scale[c];
            out += CHANNELS;
          }
        }
      }
    }
  }
}
