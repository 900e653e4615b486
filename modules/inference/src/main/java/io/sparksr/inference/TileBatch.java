package io.sparksr.inference;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.core.image.RgbImage;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.ValueRange;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enlarges tiles in batches. What does not fit into memory is tried again in halves: first fewer
 * tiles at once, then smaller tiles with halos of their own, which give the same pixels. For one
 * thread at a time.
 */
final class TileBatch {
  private static final Logger LOG = LoggerFactory.getLogger(TileBatch.class);
  private static final int CHANNELS = RgbImage.CHANNELS;

  /** A core of this many pixels or fewer is not halved: its halo is most of its input. */
  private static final int LEAST_CORE_PIXELS = 64;

  private final UnaryOperator<NDArray> network;
  private final NDManager manager;
  private final int halo;
  private final float[] inScale;
  private final float[] inShift;
  private final float[] outScale;
  private final float[] outShift;
  private long fewestRefusedPixels = Long.MAX_VALUE;

  /** A tile with its pixels. */
  record Work(Tile tile, TilePixels pixels) {}

  TileBatch(SuperResolutionNetwork network, NDManager manager) {
    this(network, manager, lr -> network.forward(lr, false));
  }

  /** With something around the network, for tests. */
  TileBatch(SuperResolutionNetwork network, NDManager manager, UnaryOperator<NDArray> forward) {
    this.network = forward;
    this.manager = manager;
    this.halo = network.receptiveRadius();
    ValueRange in = network.inputRange();
    ValueRange out = network.outputRange();
    inScale = in.scale();
    inShift = in.shift();
    outScale = out.scale();
    outShift = out.shift();
  }

  /**
   * Enlarges tiles of one size.
   *
   * @throws EngineException if the smallest tile does not fit into memory either, or for another
   *     reason
   */
  void enlarge(List<Work> works) {
    if (works.isEmpty()) {
      return;
    }
    if (pixels(works) >= fewestRefusedPixels && canBeHalved(works)) {
      enlargeHalves(works);
      return;
    }
    try {
      run(works);
    } catch (EngineException | OutOfMemoryError e) {
      if (!isOutOfMemory(e) || !canBeHalved(works)) {
        throw e;
      }
      fewestRefusedPixels = pixels(works);
      LOG.warn(
          "out of memory with {} tile(s) of {}x{} LR pixels; smaller from now on: {}",
          works.size(),
          works.get(0).tile.inputWidth(),
          works.get(0).tile.inputHeight(),
          e.getMessage());
      enlargeHalves(works);
    }
  }

  private static long pixels(List<Work> works) {
    Tile tile = works.get(0).tile;
    return (long) works.size() * tile.inputWidth() * tile.inputHeight();
  }

  private static boolean canBeHalved(List<Work> works) {
    Tile tile = works.get(0).tile;
    return works.size() > 1 || tile.width() * tile.height() > LEAST_CORE_PIXELS;
  }

  private void enlargeHalves(List<Work> works) {
    if (works.size() > 1) {
      int half = works.size() / 2;
      enlarge(works.subList(0, half));
      enlarge(works.subList(half, works.size()));
      return;
    }
    Work work = works.get(0);
    for (Tile half : work.tile.halves(halo)) {
      enlarge(List.of(new Work(half, work.pixels)));
    }
  }

  /** The native allocators' messages, on the CPU and on a GPU. */
  private static boolean isOutOfMemory(Throwable problem) {
    String message = String.valueOf(problem.getMessage()).toLowerCase(Locale.ROOT);
    return problem instanceof OutOfMemoryError
        || message.contains("out of memory")
        || message.contains("can't allocate memory");
  }

  private void run(List<Work> works) {
    Tile shape = works.get(0).tile;
    int tileValues = CHANNELS * shape.inputWidth() * shape.inputHeight();
    float[] values;
    try (NDManager scope = manager.newSubManager()) {
      float[] input = new float[works.size() * tileValues];
      for (int i = 0; i < works.size(); i++) {
        Work work = works.get(i);
        work.pixels.copyIn(work.tile, inScale, inShift, input, i * tileValues);
      }
      values =
          network
              .apply(
                  scope.create(
                      input,
                      new Shape(works.size(), CHANNELS, shape.inputHeight(), shape.inputWidth())))
              .toFloatArray();
    }
    int srValues = values.length / works.size();
    for (int i = 0; i < works.size(); i++) {
      works.get(i).pixels.copyOut(works.get(i).tile, values, i * srValues, outScale, outShift);
    }
  }
}
