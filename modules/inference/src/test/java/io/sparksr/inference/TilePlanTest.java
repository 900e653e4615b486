package io.sparksr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageLayout;
import io.sparksr.core.image.OutputFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class TilePlanTest {
  private static final PipelineSettings SETTINGS =
      new PipelineSettings(288, 1, OutputFormat.PNG, 90, 200 << 20);

  @Test
  void anImageOfATilesPixelsIsOnePieceWhateverItsShape() throws ImageException {
    assertThat(plan(480, 270, 40).bands())
        .containsExactly(List.of(new Tile(0, 0, 480, 270, 0, 0, 0, 0)));
    assertThat(plan(368, 368, 40).tiles()).isEqualTo(1);
    assertThat(plan(369, 368, 40).tiles()).isEqualTo(4);
  }

  @Test
  void bandsOfWideImagesAreAsLowAsMemoryAsksFor() throws ImageException {
    // A row and its enlargement take 10,000 * (3 * 2 + 16 * 3) bytes; three bands share 200 MiB.
    List<List<Tile>> bands = plan(10_000, 10_000, 4).bands();
    assertThat(bands.get(0).get(0).height()).isLessThanOrEqualTo((200 << 20) / 3 / 540_000);
    assertThat(bands.get(0)).hasSize(35);
    assertThat(bands.stream().mapToInt(band -> band.get(0).height()).sum()).isEqualTo(10_000);
  }

  @Test
  void rowsThatNoArrayHoldsAreRefused() throws ImageException {
    assertThat(plan(1_500_000, 100, 2).bands().get(0).get(0).height()).isLessThan(16);
    assertThatThrownBy(() -> plan(30_000_000, 3, 2))
        .isInstanceOf(ImageException.class)
        .hasMessage("has rows of 30000000 pixels, too long to be enlarged");
  }

  private static TilePlan plan(int width, int height, int halo) throws ImageException {
    return TilePlan.of(new ImageLayout(width, height, 3, false, 8), halo, 4, 8, SETTINGS);
  }
}
