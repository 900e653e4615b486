package io.sparksr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.image.RgbImage;
import org.junit.jupiter.api.Test;

class FloatImageTest {
  @Test
  void bytesBecomeTheirUnsignedValues() {
    RgbImage image = new RgbImage(1, 1, new byte[] {0, 127, (byte) 255});
    assertThat(FloatImage.of(image).values()).containsExactly(0f, 127f, 255f);
    assertThat(FloatImage.of(image).toRgb()).isEqualTo(image);
  }

  @Test
  void bytesAreRoundedHalvesToEvenAndClipped() {
    float[] values = {-3f, 0.5f, 1.5f, 254.49f, 254.5f, 300f};
    assertThat(new FloatImage(2, 1, values).toRgb().pixels())
        .containsExactly(0, 0, 2, (byte) 254, (byte) 254, (byte) 255);
  }

  @Test
  void sizesAreChecked() {
    assertThatThrownBy(() -> new FloatImage(2, 2, new float[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an image of 2x2 does not have 4 values");
  }
}
