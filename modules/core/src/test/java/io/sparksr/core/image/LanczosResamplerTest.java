package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.io.Sha256;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LanczosResamplerTest {

  /**
   * Hashes of what Pillow 12.3.0 makes of {@link #madeUp}: {@code sha256(image.resize((width,
   * height), Image.LANCZOS).tobytes())}.
   */
  @Test
  void sizesChangeToPillowsBytes() {
    assertThat(hash(161, 123, 80, 61))
        .isEqualTo("8982189a3b96a1c1a596ce737d3c49f45797c745f8a2d74e831e29dd0572cf64");
    assertThat(hash(161, 123, 40, 123))
        .isEqualTo("286688e46e4eb3865943fcbb8cfb0529b8284804a3e3cd0d2c08a98c6e8bb5c9");
    assertThat(hash(37, 23, 96, 70))
        .isEqualTo("7b7fbaca0175160aa69798f5cd54af89f34525c8ed1fb32fd6cd56538388b7d6");
  }

  @Test
  void aConstantImageStaysConstant() {
    byte[] pixels = new byte[37 * 23 * 3];
    Arrays.fill(pixels, (byte) 201);

    RgbImage half = LanczosResampler.resize(new RgbImage(37, 23, pixels), 18, 11);

    assertThat(half.pixels()).hasSize(18 * 11 * 3).containsOnly((byte) 201);
  }

  private static String hash(int width, int height, int newWidth, int newHeight) {
    return Sha256.of(LanczosResampler.resize(madeUp(width, height), newWidth, newHeight).pixels());
  }

  /** Red chirps, green products, blue a board of 9x7 fields. */
  private static RgbImage madeUp(int width, int height) {
    byte[] pixels = new byte[width * height * 3];
    int i = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        pixels[i++] = (byte) (x * x * 7 + y * 13);
        pixels[i++] = (byte) (x * y * 5 + 31 * y);
        pixels[i++] = (byte) ((x / 9 + y / 7) % 2 * 255);
      }
    }
    return new RgbImage(width, height, pixels);
  }
}
