package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.image.NativeJpeg;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.Sha256;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistortionsTest {
  private static final Distortions ALL =
      new Distortions(List.of(0.2, 3.0), List.of(1.0, 20.0), List.of(30, 95));

  /** By scipy 1.17.1: floor(gaussian_filter(colour as float64, sigma, mode="reflect") + 0.5). */
  @ParameterizedTest
  @CsvSource({
    "6, 5, 0.6, 8 13 253 39 14 245 76 15 236, 68c4ce96d4a0fd4f1c3046dafe955aa7c8f206cec4ddda87d283aea8f1e159d0",
    "6, 5, 1.5, 38 17 244 55 20 240 85 24 233, 8672356736f52128c6e6c81f4e3ea982ad22e289e606b9332701a09ac3b31b13",
    "6, 5, 3.0, 86 34 230 93 37 229 104 40 226, 4a330a8205c4526aab4dca835347e9bf050b01706b825e9b1027cf508650b341",
    "24, 17, 0.3, 0 13 255 37 13 246 74 13 237, a96339e615ff90914fb3d3b7fb615ffe1b811591e42ece2e5ffe50b6fe2b5213",
    "24, 17, 3.0, 86 38 228 92 41 226 101 46 221, ea8ae3447570f8d76f129d1ec0ab60bbe518dfb1b8e021ae64802ad2e6b1642e"
  })
  void blurHasTheValuesOfScipy(int width, int height, double sigma, String head, String sha256) {
    byte[] blurred =
        new GaussianBlur(List.of(sigma)).apply(ramps(width, height), random()).pixels();
    assertThat(head(blurred)).isEqualTo(head);
    assertThat(Sha256.of(blurred)).isEqualTo(sha256);
  }

  /** By Pillow 12.3.0: save(file, "JPEG", quality=q), open(file).convert("RGB"). */
  @ParameterizedTest
  @CsvSource({
    "16, 16, 10, 29e77b12154eb6ed4a8d8c8ddf4e76d80983965cbead94a14a1f3cdd3a42d8d9",
    "16, 16, 40, df814994567fd850c05e101ccbaccc1987ce9d6b07820fd6aed775d0e4f08216",
    "16, 16, 90, 9e182d0aafe76c9b13d2857bb2a89904f518ffe8e87e186cbc6df350a57a359b",
    "24, 17, 60, ba1604d265d3be551ef9a219d9a554353440c1ccd6b3f7be1a6a31ace5b4c3ec"
  })
  void jpegHasTheBytesOfPillow(int width, int height, int quality, String sha256) {
    RgbImage decoded = new JpegCompression(List.of(quality)).apply(ramps(width, height), random());
    assertThat(Sha256.of(decoded.pixels())).isEqualTo(sha256);
  }

  @Test
  void noiseIsNormal() {
    byte[] gray = new byte[3 * 256 * 256];
    Arrays.fill(gray, (byte) 128);
    byte[] noisy =
        new GaussianNoise(List.of(10.0)).apply(new RgbImage(256, 256, gray), random()).pixels();
    double sum = 0;
    double squares = 0;
    int withinOne = 0;
    int withinTwo = 0;
    for (byte level : noisy) {
      int difference = (level & 0xFF) - 128;
      sum += difference;
      squares += difference * difference;
      withinOne += Math.abs(difference) <= 10 ? 1 : 0;
      withinTwo += Math.abs(difference) <= 20 ? 1 : 0;
    }
    // Rounding adds 1/12 to the variance. |d| <= 10 means that the noise was within 10.5: scipy's
    // norm.cdf(1.05) - norm.cdf(-1.05) = 0.706282, and 0.959636 for 2.05. Tolerances: 4 sigma.
    int n = noisy.length;
    assertThat(sum / n).isBetween(-0.09, 0.09);
    assertThat(squares / n).isBetween(100.08 - 1.3, 100.08 + 1.3);
    assertThat((double) withinOne / n).isBetween(0.706282 - 0.0042, 0.706282 + 0.0042);
    assertThat((double) withinTwo / n).isBetween(0.959636 - 0.0018, 0.959636 + 0.0018);
    assertThat(gray).containsOnly((byte) 128);
  }

  @Test
  void noiseIsClippedNotWrapped() {
    RgbImage black = new RgbImage(32, 32, new byte[3 * 32 * 32]);
    byte[] noisy = new GaussianNoise(List.of(20.0)).apply(black, random()).pixels();
    int zeros = 0;
    for (byte level : noisy) {
      assertThat(level & 0xFF).isLessThan(110);
      zeros += level == 0 ? 1 : 0;
    }
    assertThat((double) zeros / noisy.length).isBetween(0.47, 0.55);
  }

  @Test
  void strengthsAreDrawnFromTheWholeRange() {
    SplittableRandom random = random();
    Strength quality = Strength.of(List.of(30, 32));
    assertThat(random.longs(200).mapToInt(seed -> quality.drawWhole(new SplittableRandom(seed))))
        .containsOnly(30, 31, 32);
    Strength sigma = Strength.of(List.of(0.5, 1.5));
    double[] drawn =
        random.longs(200).mapToDouble(s -> sigma.draw(new SplittableRandom(s))).toArray();
    assertThat(Arrays.stream(drawn).min().orElseThrow()).isBetween(0.5, 0.55);
    assertThat(Arrays.stream(drawn).max().orElseThrow()).isBetween(1.45, 1.5);
    assertThat(Strength.of(List.of(0.7)).draw(random)).isEqualTo(0.7);
  }

  @Test
  void lrIsMadeInTheDocumentedOrder() {
    Distortions before = new Distortions(List.of(1.0), List.of(), List.of(50));
    Distortions after = new Distortions(List.of(0.6), List.of(), List.of(80));
    RgbImage hr = ramps(24, 16);
    RgbImage expected = new GaussianBlur(List.of(1.0)).apply(hr, random());
    expected = new JpegCompression(List.of(50)).apply(expected, random());
    expected = Degradations.create("pillow-bicubic", 4).apply(expected);
    expected = new GaussianBlur(List.of(0.6)).apply(expected, random());
    expected = new JpegCompression(List.of(80)).apply(expected, random());
    assertThat(new LrMaker(settings(before, after, 1)).lr(hr, "a.png", 0)).isEqualTo(expected);
    assertThat(hr).isEqualTo(ramps(24, 16));
    // Noise comes between the two.
    Distortions noisy = new Distortions(List.of(), List.of(9.0), List.of(50));
    RgbImage lr = new LrMaker(settings(Distortions.NONE, noisy, 1)).lr(hr, "a.png", 0);
    Distortions noise = new Distortions(List.of(), List.of(9.0), List.of());
    RgbImage noisyLr = new LrMaker(settings(Distortions.NONE, noise, 1)).lr(hr, "a.png", 0);
    assertThat(lr).isEqualTo(new JpegCompression(List.of(50)).apply(noisyLr, random()));
  }

  @Test
  void distortionsDependOnSeedImageAndCropAlone() {
    RgbImage hr = ramps(48, 48);
    LrMaker maker = new LrMaker(settings(ALL, ALL, 1));
    RgbImage first = maker.lr(hr, "a.png", 0);
    assertThat(maker.lr(hr, "a.png", 1)).isNotEqualTo(first);
    assertThat(maker.lr(hr, "b.png", 0)).isNotEqualTo(first);
    assertThat(new LrMaker(settings(ALL, ALL, 2)).lr(hr, "a.png", 0)).isNotEqualTo(first);
    assertThat(new LrMaker(settings(ALL, ALL, 1)).lr(hr, "a.png", 0)).isEqualTo(first);
    // Fixed: data sets stay the same from version to version.
    assertThat(Sha256.of(first.pixels()))
        .isEqualTo("1bb6f837cb7953bd48a8bca37d9c74c15597375b48a1802a130deef60dd78134");
  }

  @Test
  void withoutDistortionsLrIsTheReduction() {
    RgbImage hr = ramps(48, 48);
    assertThat(new LrMaker(settings(Distortions.NONE, Distortions.NONE, 1)).lr(hr, "a.png", 0))
        .isEqualTo(Degradations.create("pillow-bicubic", 4).apply(hr));
    Distortions zero = new Distortions(List.of(0.0), List.of(0.0), List.of());
    assertThat(new LrMaker(settings(zero, zero, 1)).lr(hr, "a.png", 0))
        .isEqualTo(Degradations.create("pillow-bicubic", 4).apply(hr));
  }

  @Test
  void everyProblemBeginsWithItsKey() {
    assertThatThrownBy(() -> new Distortions(List.of(33.0), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "blur: must be [] for none, [STRENGTH] or [LEAST, MOST], between 0 and 32, got [33.0]");
    assertThatThrownBy(() -> new Distortions(List.of(), List.of(2.0, 1.0), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("noise: ")
        .hasMessageEndingWith("between 0 and 128, got [2.0, 1.0]");
    assertThatThrownBy(() -> new Distortions(List.of(), List.of(Double.NaN), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("noise: ");
    assertThatThrownBy(() -> new Distortions(List.of(), List.of(), List.of(0, 50)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("jpeg: ")
        .hasMessageEndingWith("between 1 and 100, got [0.0, 50.0]");
    assertThatThrownBy(() -> new Distortions(List.of(), List.of(), List.of(1, 2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("jpeg: ");
  }

  private static ShardSettings settings(Distortions before, Distortions after, long seed) {
    return new ShardSettings(
        16,
        4,
        1,
        "pillow-bicubic",
        before,
        after,
        1 << 20,
        4,
        "none",
        0.1,
        1000,
        NativeJpeg.AUTO,
        seed);
  }

  private static SplittableRandom random() {
    return new SplittableRandom(7);
  }

  private static RgbImage ramps(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    int i = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        pixels[i++] = (byte) (x * 37 + y * 11);
        pixels[i++] = (byte) (x * y * 7 + 13);
        pixels[i++] = (byte) (255 - x * 9 - y * 5);
      }
    }
    return new RgbImage(width, height, pixels);
  }

  private static String head(byte[] pixels) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 9; i++) {
      text.append(i == 0 ? "" : " ").append(pixels[i] & 0xFF);
    }
    return text.toString();
  }
}
