package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.image.MatlabResampler.Border;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MatlabResamplerTest {
  @Test
  void equalSizesGiveEqualPixels() {
    byte[] pixels = new byte[13 * 9 * 3];
    new Random(1).nextBytes(pixels);
    RgbImage image = new RgbImage(13, 9, pixels);
    assertThat(MatlabResampler.resize(image, 13, 9)).isEqualTo(image);
  }

  @Test
  void constantImagesStayConstant() {
    byte[] gray = new byte[16 * 8 * 3];
    java.util.Arrays.fill(gray, (byte) 200);
    RgbImage reduced = MatlabResampler.resize(new RgbImage(16, 8, gray), 4, 2);
    assertThat(reduced.pixels()).hasSize(4 * 2 * 3).containsOnly((byte) 200);
  }

  @Test
  void halvingARowMatchesHandComputationWithTheBorderMirrored() {
    // At scale 1/2 the weights of the eight pixels around a target are those of the cubic at
    // 0.25, 0.75, 1.25, 1.75, halved: (111, 29, -9, -3) / 256. Row 0 0 0 0 0 0 0 240: the last
    // target sees the 240 at distance 0.25, and mirrored at 0.75: 240 (111 + 29) / 256 = 131.25.
    // The one before sees it at 1.25, mirrored at 1.75: 240 (-9 - 3) / 256 < 0, clipped.
    RgbImage reduced = MatlabResampler.resize(row(0, 0, 0, 0, 0, 0, 0, 240), 4, 1);
    assertThat(reduced.pixels()).containsExactly(gray(0, 0, 0, 131));
  }

  @Test
  void theLastPixelMayBeRepeatedInstead() {
    // As above, but all three pixels beyond the border are 240: 240 (111 + 29 - 9 - 3) / 256.
    MatlabResampler halving = MatlabResampler.of(8, 1, 4, 1, Border.REPEAT);
    RgbImage reduced = halving.apply(row(0, 0, 0, 0, 0, 0, 0, 240));
    assertThat(reduced.pixels()).containsExactly(gray(0, 0, 0, 120));
  }

  @Test
  void doublingARowMatchesHandComputationWithTheBorderMirrored() {
    // Weights of the cubic at 1.75, 0.75, 0.25, 1.25: (-3, 29, 111, -9) / 128, mirrored for the
    // other phase. Row 0 128: pixels -1 and 2 repeat 0 and 128, -2 and 3 too in reverse.
    // Target 0 at -0.25: sources (128, 0, 0, 128) with (-3, 29, 111, -9) -> -12, clipped to 0.
    // Target 1 at 0.25: sources (0, 0, 128, 128) with (-9, 111, 29, -3) -> 26.
    RgbImage enlarged = MatlabResampler.resize(row(0, 128), 4, 1);
    assertThat(enlarged.pixels()).containsExactly(gray(0, 26, 102, (byte) 140));
  }

  private static RgbImage row(int... values) {
    return new RgbImage(values.length, 1, gray(values));
  }

  private static byte[] gray(int... values) {
    byte[] pixels = new byte[values.length * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) values[i / 3];
    }
    return pixels;
  }
}
