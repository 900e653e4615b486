package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  /** Pixels a b / c d, three equal channels each. */
  private static final byte[] ABCD = pixels("abcd");

  @Test
  void flipsAndTurnsMovePixelsAsTheirNamesSay() {
    assertThat(applied(new Augmentation(false, 0), ABCD)).isEqualTo(pixels("abcd"));
    assertThat(applied(new Augmentation(true, 0), ABCD)).isEqualTo(pixels("badc"));
    assertThat(applied(new Augmentation(false, 1), ABCD)).isEqualTo(pixels("cadb"));
    assertThat(applied(new Augmentation(false, 2), ABCD)).isEqualTo(pixels("dcba"));
    assertThat(applied(new Augmentation(false, 3), ABCD)).isEqualTo(pixels("bdac"));
    // Flipped first, then turned.
    assertThat(applied(new Augmentation(true, 1), ABCD)).isEqualTo(pixels("dbca"));
  }

  @Test
  void channelsStayInOrder() {
    byte[] image = new byte[3 * 16];
    new Random(1).nextBytes(image);
    byte[] turned = applied(new Augmentation(false, 1), image);
    // The upper left pixel of the result is the lower left one of the source.
    assertThat(turned).startsWith(image[36], image[37], image[38]);
  }

  @Test
  void hrAndLrAreTransformedAlike() {
    int size = 8;
    byte[] hr = new byte[3 * size * size];
    new Random(2).nextBytes(hr);
    for (int i = 0; i < 8; i++) {
      Augmentation symmetry = new Augmentation(i >= 4, i % 4);
      // Means of 2x2 pixels do not depend on flips and turns.
      assertThat(applied(symmetry, sums(hr, size))).isEqualTo(sums(applied(symmetry, hr), size));
    }
  }

  @Test
  void allEightAreDrawnEquallyOften() {
    Map<Augmentation, Integer> counts = new HashMap<>();
    for (int i = 0; i < 4000; i++) {
      counts.merge(Augmentation.draw(1, 0, new SampleId("image-" + i, 0)), 1, Integer::sum);
    }
    assertThat(counts).hasSize(8);
    assertThat(counts.values()).allMatch(count -> count > 420 && count < 580);
  }

  @Test
  void theDrawDependsOnSeedEpochImageAndCropAndRepeatsItself() {
    Set<String> series = new HashSet<>();
    for (long seed = 1; seed <= 2; seed++) {
      for (String image : new String[] {"a", "b"}) {
        for (int crop = 0; crop < 2; crop++) {
          StringBuilder draws = new StringBuilder();
          for (long epoch = 0; epoch < 30; epoch++) {
            SampleId id = new SampleId(image, crop);
            Augmentation drawn = Augmentation.draw(seed, epoch, id);
            assertThat(Augmentation.draw(seed, epoch, id)).isEqualTo(drawn);
            draws.append(drawn);
          }
          series.add(draws.toString());
        }
      }
    }
    assertThat(series).hasSize(8);
  }

  private static byte[] applied(Augmentation symmetry, byte[] image) {
    int size = (int) Math.sqrt(image.length / 3.0);
    byte[] target = new byte[image.length + 5];
    symmetry.apply(image, size, target, 5);
    return Arrays.copyOfRange(target, 5, target.length);
  }

  private static byte[] sums(byte[] image, int size) {
    int half = size / 2;
    byte[] sums = new byte[3 * half * half];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int c = 0; c < 3; c++) {
          sums[3 * (y / 2 * half + x / 2) + c] += image[3 * (y * size + x) + c];
        }
      }
    }
    return sums;
  }

  private static byte[] pixels(String letters) {
    byte[] pixels = new byte[3 * letters.length()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) letters.charAt(i / 3);
    }
    return pixels;
  }
}
