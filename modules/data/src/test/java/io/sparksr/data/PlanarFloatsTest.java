package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class PlanarFloatsTest {
  @Test
  void channelsBecomePlanesScaledAndShifted() {
    // Two images of one row and two columns.
    byte[] hwc = {0, 1, 2, 10, 11, 12, (byte) 128, (byte) 200, (byte) 255, 3, 4, 5};
    FloatBuffer target = FloatBuffer.allocate(13);
    target.position(1);
    PlanarFloats.toPlanarFloats(
        hwc, 2, 1, 2, new float[] {1, 2, 0.5f}, new float[] {0, -1, 100}, target);
    assertThat(target.array())
        .containsExactly(0, 0, 10, 1, 21, 101, 106, 128, 3, 399, 7, 227.5f, 102.5f);
    assertThat(target.position()).isEqualTo(13);
  }

  @Test
  void anotherNumberOfBytesIsRefused() {
    assertThatThrownBy(
            () ->
                PlanarFloats.toPlanarFloats(
                    new byte[5], 1, 1, 2, new float[3], new float[3], FloatBuffer.allocate(6)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 images of 2x1 do not have 5 bytes");
  }
}
