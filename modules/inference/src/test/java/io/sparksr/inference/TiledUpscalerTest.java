package io.sparksr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.RgbImage;
import io.sparksr.nn.Networks;
import io.sparksr.nn.SuperResolutionNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TiledUpscalerTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void closeManager() {
    manager.close();
  }

  static Stream<String> names() {
    return StreamSupport.stream(Networks.names().spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("names")
  void tilesGiveTheWholeImagesResult(String name) {
    SuperResolutionNetwork network = network(name);
    RgbImage lr = TestNetworks.noise(53, 37);
    float[] whole = new TiledUpscaler(network, manager, 1000, 1).upscale(lr);
    for (int tile : new int[] {7, 16, 40}) {
      for (int batch : new int[] {1, 4}) {
        float[] tiled = new TiledUpscaler(network, manager, tile, batch).upscale(lr);
        assertThat(tiled).containsExactly(whole, within(1e-2f));
      }
    }
  }

  @Test
  void withoutEnoughHaloTilesWouldDiffer() {
    // Guards the test above: the same tiles with a halo of one pixel less than needed are visibly
    // wrong somewhere.
    SuperResolutionNetwork network = network("msrresnet");
    RgbImage lr = TestNetworks.noise(53, 37);
    float[] whole = new TiledUpscaler(network, manager, 1000, 1).upscale(lr);
    float[] part = new TiledUpscaler(network, manager, 1000, 1).upscale(lr.crop(0, 0, 20, 37));
    float largest = 0;
    for (int y = 0; y < 37 * 4; y++) {
      int lastColumn = (y * 80 + 79) * 3;
      largest = Math.max(largest, Math.abs(part[lastColumn] - whole[(y * 53 * 4 + 79) * 3]));
    }
    assertThat(largest).isGreaterThan(1f);
  }

  @Test
  void reportsTilesAndRoundsToBytes() {
    List<String> reports = new ArrayList<>();
    TiledUpscaler upscaler = new TiledUpscaler(network("msrresnet"), manager, 8, 2);
    RgbImage lr = TestNetworks.noise(16, 8);
    RgbImage sr = upscaler.upscaleToRgb(lr, (done, total) -> reports.add(done + "/" + total));
    assertThat(reports.get(reports.size() - 1)).isEqualTo("2/2");
    assertThat(sr.width()).isEqualTo(64);
    assertThat(sr.height()).isEqualTo(32);
    float[] exact = upscaler.upscale(lr);
    for (int i = 0; i < exact.length; i++) {
      assertThat(sr.pixels()[i] & 0xFF).isEqualTo(Math.max(0, Math.min(255, Math.round(exact[i]))));
    }
  }

  private SuperResolutionNetwork network(String name) {
    return TestNetworks.create(name, manager);
  }
}
