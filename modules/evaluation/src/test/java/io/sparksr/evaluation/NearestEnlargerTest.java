package io.sparksr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.image.RgbImage;
import org.junit.jupiter.api.Test;

class NearestEnlargerTest {
  @Test
  void everyPixelBecomesASquareOfItself() {
    RgbImage lr = new RgbImage(2, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    assertThat(NearestEnlarger.enlarge(lr, 2))
        .isEqualTo(
            new RgbImage(
                4,
                4,
                new byte[] {
                  1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, //
                  1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, //
                  7, 8, 9, 7, 8, 9, 10, 11, 12, 10, 11, 12, //
                  7, 8, 9, 7, 8, 9, 10, 11, 12, 10, 11, 12
                }));
  }

  @Test
  void aFactorOfOneChangesNothing() {
    RgbImage image = TestImages.noise(1, 5, 3);
    assertThat(NearestEnlarger.enlarge(image, 1)).isEqualTo(image);
  }
}
