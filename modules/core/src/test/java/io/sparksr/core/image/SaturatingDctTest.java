package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SaturatingDctTest {

  @Test
  void modestCoefficientsGiveWhatTheOtherTransformGives() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2000; i++) {
      int[] block = new int[64];
      int sum = 0;
      int last = 0;
      while (sum < 1900) {
        int place = random.nextInt(64);
        int at = JpegBits.NATURAL_ORDER[place];
        sum -= Math.abs(block[at]);
        block[at] = random.nextInt(-200, 201);
        sum += Math.abs(block[at]);
        last = Math.max(last, place);
      }
      byte[] samples = new byte[64];
      byte[] others = new byte[64];
      int[] same = block.clone();
      assertThat(new SaturatingDct().apply(block, samples)).isFalse();
      new InverseDct().apply(same, last, others);
      assertThat(samples).isEqualTo(others);
      assertThat(block).containsOnly(0);
    }
  }

  @Test
  void aMeanBeyondSixteenBitsWraps() {
    byte[] samples = new byte[64];
    int[] block = new int[64];
    // Four times as much is 40000, which is -25536 in 16 bits.
    block[0] = 10000;
    assertThat(new SaturatingDct().apply(block, samples)).isTrue();
    assertThat(samples).containsOnly(0);
  }

  @Test
  void resultsOfAPassAreCutOff() {
    byte[] samples = new byte[64];
    int[] block = new int[64];
    // With another value in its column, the general transform is done, whose result is cut off.
    block[0] = 10000;
    block[8] = 1;
    assertThat(new SaturatingDct().apply(block, samples)).isTrue();
    assertThat(samples).containsOnly((byte) 255);
  }

  /**
   * The hash is that of {@code Image.open(file).convert('RGB').tobytes()} by Pillow 9.4 with
   * libjpeg-turbo 2.1.5 on x86-64. Nearly half of the values are others in OpenCV.
   */
  @Test
  void aPictureOfFarTooLargeCoefficientsHasPillowsBytes() throws Exception {
    byte[] file;
    try (var in = TurboJpegLibrary.class.getResourceAsStream("turbojpeg-check.jpg")) {
      file = in.readAllBytes();
    }
    RgbImage image =
        new ImageDecoder(1 << 20).regions(file, List.of(new Region(0, 0, 45, 37))).get(0);
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(image.pixels());
    assertThat(HexFormat.of().formatHex(sha256))
        .isEqualTo("f2fe2a3a472d25c0563b385977c73cc78602ee5bedd1ace104f990ba53e5a4e7");
  }
}
