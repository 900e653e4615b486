package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ImageEncoderTest {
  private final ImageDecoder decoder = new ImageDecoder(1_000_000);

  @Test
  void pngIsLossless() throws Exception {
    byte[] noise = new byte[31 * 17 * 3];
    new SplittableRandom(5).nextBytes(noise);
    RgbImage image = new RgbImage(31, 17, noise.clone());

    byte[] png = ImageEncoder.png(image);

    assertThat(decoder.header(png)).isEqualTo(new ImageHeader(31, 17, "png", "RGB"));
    assertThat(decoder.decode(png)).isEqualTo(image);
    assertThat(image.pixels()).as("the image itself is untouched").isEqualTo(noise);
    assertThat(ImageEncoder.png(image)).isEqualTo(png);
  }

  @Test
  void jpegComesNearerWithQualityAndKeepsTheOrderOfChannels() throws Exception {
    RgbImage image = gradient(64, 48);

    byte[] fine = ImageEncoder.jpeg(image, 95);
    byte[] coarse = ImageEncoder.jpeg(image, 5);

    assertThat(decoder.header(fine)).isEqualTo(new ImageHeader(64, 48, "jpeg", "RGB"));
    assertThat(meanDifference(image, decoder.decode(fine))).isLessThan(2);
    assertThat(meanDifference(image, decoder.decode(coarse))).isBetween(2.0, 20.0);
    assertThat(coarse.length).isLessThan(fine.length);
    assertThat(ImageEncoder.jpeg(image, 95)).isEqualTo(fine);
  }

  @Test
  void aQualityOutOfRangeIsRefused() {
    assertThatThrownBy(() -> ImageEncoder.jpeg(gradient(8, 8), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quality: must be from 1 to 100, got 0");
  }

  private static double meanDifference(RgbImage a, RgbImage b) {
    long sum = 0;
    for (int i = 0; i < a.pixels().length; i++) {
      sum += Math.abs((a.pixels()[i] & 0xFF) - (b.pixels()[i] & 0xFF));
    }
    return (double) sum / a.pixels().length;
  }

  private static RgbImage gradient(int width, int height) {
    byte[] pixels = new byte[width * height * 3];
    for (int i = 0; i < width * height; i++) {
      pixels[3 * i] = (byte) (200 - i % width);
      pixels[3 * i + 1] = (byte) (60 + i / width);
      pixels[3 * i + 2] = (byte) (20 + i % width / 2);
    }
    return new RgbImage(width, height, pixels);
  }
}
