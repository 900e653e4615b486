package io.sparksr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.core.image.RgbImage;
import io.sparksr.nn.SuperResolutionNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TileBatchTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final SuperResolutionNetwork network = TestNetworks.create("msrresnet", manager);
  private final RgbImage lr = TestNetworks.noise(61, 47);

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void outOfMemoryLeadsToSmallerTilesWithTheSamePixels() {
    float[] whole = new TiledUpscaler(network, manager, 1000, 1).upscale(lr);
    for (int mostPixels : new int[] {800, 650, 500}) {
      List<Shape> refused = new ArrayList<>();
      UnaryOperator<NDArray> forward =
          input -> {
            Shape shape = input.getShape();
            if (shape.get(0) * shape.get(2) * shape.get(3) > mostPixels) {
              refused.add(shape);
              throw new EngineException(
                  "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.");
            }
            return network.forward(input, false);
          };
      TiledUpscaler upscaler =
          new TiledUpscaler(network, new TileBatch(network, manager, forward), 30, 4);
      assertThat(upscaler.upscale(lr)).containsExactly(whole, within(1e-2f));
      assertThat(refused).as("%d", mostPixels).isNotEmpty();
      int known = refused.size();
      assertThat(upscaler.upscale(lr)).containsExactly(whole, within(1e-2f));
      assertThat(refused).as("a size that was refused is not tried again").hasSize(known);
    }
  }

  @Test
  void whatDoesNotFitInTheSmallestTileFails() {
    UnaryOperator<NDArray> forward =
        input -> {
          throw new EngineException("CUDA out of memory. Tried to allocate 2.00 GiB");
        };
    TiledUpscaler upscaler =
        new TiledUpscaler(network, new TileBatch(network, manager, forward), 30, 4);
    assertThatThrownBy(() -> upscaler.upscale(lr))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("CUDA out of memory");
  }

  @Test
  void otherFailuresAreNotTriedAgain() {
    List<Shape> tries = new ArrayList<>();
    UnaryOperator<NDArray> forward =
        input -> {
          tries.add(input.getShape());
          throw new EngineException("expected scalar type Float but found Half");
        };
    TiledUpscaler upscaler =
        new TiledUpscaler(network, new TileBatch(network, manager, forward), 30, 4);
    assertThatThrownBy(() -> upscaler.upscale(lr)).isInstanceOf(EngineException.class);
    assertThat(tries).hasSize(1);
  }

  @Test
  void halvesSeeWhatTheWholeTileSawAroundThem() {
    Tile tile = new Tile(10, 20, 31, 8, 6, 5, 3, 6);
    List<Tile> halves = tile.halves(6);
    assertThat(halves)
        .containsExactly(new Tile(10, 20, 15, 8, 6, 5, 6, 6), new Tile(25, 20, 16, 8, 6, 5, 3, 6));
    assertThat(new Tile(0, 0, 4, 9, 0, 0, 0, 0).halves(6))
        .containsExactly(new Tile(0, 0, 4, 4, 0, 0, 0, 5), new Tile(0, 4, 4, 5, 0, 4, 0, 0));
  }
}
