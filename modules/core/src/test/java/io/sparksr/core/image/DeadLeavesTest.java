package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DeadLeavesTest {
  private static final int SIZE = 128;

  /** 700 leaves on 256x256, as by default. */
  private static final DeadLeavesSettings SETTINGS =
      new DeadLeavesSettings(SIZE, SIZE, 175, 3, 120, 0.4, 1);

  private final DeadLeaves leaves = new DeadLeaves(SETTINGS);

  @Test
  void anImageDependsOnSeedAndNumberOnly() {
    RgbImage image = leaves.image(7, 3);

    assertThat(new DeadLeaves(SETTINGS).image(7, 3)).isEqualTo(image);
    assertThat(leaves.image(7, 4)).isNotEqualTo(image);
    assertThat(leaves.image(8, 3)).isNotEqualTo(image);
  }

  @Test
  void bytesStayTheSameFromVersionToVersion() throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(
                new DeadLeaves(new DeadLeavesSettings(40, 24, 50, 3, 20, 0.4, 1))
                    .image(1, 0)
                    .pixels());

    assertThat(HexFormat.of().formatHex(digest))
        .isEqualTo("89926729effcc0ec13bfc4ff203bbb96399e5dbd5e4c4f5dc1486de92350b1ac");
  }

  @Test
  void powerFallsWithFrequencyAsInPhotographs() {
    double[] power = new double[SIZE / 2];
    for (long number = 0; number < 12; number++) {
      double[] spectrum = Spectrum.radialPower(luminance(leaves.image(1, number)), SIZE);
      for (int f = 0; f < power.length; f++) {
        power[f] += spectrum[f];
      }
    }

    // COCO photographs have -2.5 over the same frequencies.
    assertThat(Spectrum.slope(power, 2, SIZE / 4)).isBetween(-2.7, -1.8);
  }

  @Test
  void gradientsAreHeavyTailed() {
    double[] gradients =
        LongStream.range(0, 8)
            .mapToObj(number -> luminance(leaves.image(2, number)))
            .flatMapToDouble(DeadLeavesTest::horizontalGradients)
            .toArray();

    // A normal distribution has 3, COCO photographs 24.
    assertThat(kurtosis(gradients)).isBetween(8.0, 40.0);
  }

  @Test
  void withoutLeavesOnTopLargeOnesRemainAndNoiseHasItsDeviation() {
    RgbImage clean = new DeadLeaves(new DeadLeavesSettings(64, 64, 0, 3, 120, 0, 0)).image(1, 0);
    RgbImage noisy = new DeadLeaves(new DeadLeavesSettings(64, 64, 0, 3, 120, 0, 4)).image(1, 0);

    double sum = 0;
    double squares = 0;
    int counted = 0;
    for (int i = 0; i < clean.pixels().length; i++) {
      int level = clean.pixels()[i] & 0xFF;
      if (level > 25 && level < 230) {
        double difference = (noisy.pixels()[i] & 0xFF) - level;
        sum += difference;
        squares += difference * difference;
        counted++;
      }
    }
    assertThat(counted).isGreaterThan(5000);
    assertThat(sum / counted).isBetween(-0.2, 0.2);
    assertThat(Math.sqrt(squares / counted)).isBetween(3.8, 4.2);
  }

  @Test
  void anyShapeOfImageIsFilled() {
    RgbImage image = new DeadLeaves(new DeadLeavesSettings(5, 90, 30, 3, 120, 1, 0)).image(1, 0);

    assertThat(image.width()).isEqualTo(5);
    assertThat(image.height()).isEqualTo(90);
  }

  @Test
  void settingsOutOfRangeNameTheirKey() {
    assertThatThrownBy(() -> new DeadLeavesSettings(0, 1, 1, 3, 120, 0.4, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("width: must be from 1 to 16384, got 0");
    assertThatThrownBy(() -> new DeadLeavesSettings(1, 1, 1, 3, 2, 0.4, 1))
        .hasMessage("max-radius: must be from 3.0 to 16384.0, got 2.0");
    assertThatThrownBy(() -> new DeadLeavesSettings(1, 1, 1, 3, 120, Double.NaN, 1))
        .hasMessage("textured-share: must be from 0.0 to 1.0, got NaN");
  }

  @Test
  void theDefaultsAreWithinTheRanges() {
    Config config = ConfigFactory.parseResources("reference.conf").getConfig("synthesize");

    DeadLeavesSettings defaults =
        new DeadLeavesSettings(
            config.getInt("width"),
            config.getInt("height"),
            config.getInt("objects"),
            config.getDouble("min-radius"),
            config.getDouble("max-radius"),
            config.getDouble("textured-share"),
            config.getDouble("noise"));

    assertThat(defaults).isEqualTo(new DeadLeavesSettings(256, 256, 700, 3, 120, 0.4, 1));
  }

  private static double[] luminance(RgbImage image) {
    double[] values = new double[image.width() * image.height()];
    for (int i = 0; i < values.length; i++) {
      byte[] rgb = image.pixels();
      values[i] =
          0.299 * (rgb[3 * i] & 0xFF)
              + 0.587 * (rgb[3 * i + 1] & 0xFF)
              + 0.114 * (rgb[3 * i + 2] & 0xFF);
    }
    return values;
  }

  private static DoubleStream horizontalGradients(double[] values) {
    return IntStream.range(0, values.length - 1)
        .filter(i -> i % SIZE != SIZE - 1)
        .mapToDouble(i -> values[i + 1] - values[i]);
  }

  private static double kurtosis(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double second = 0;
    double fourth = 0;
    for (double value : values) {
      double square = (value - mean) * (value - mean);
      second += square / values.length;
      fourth += square * square / values.length;
    }
    return fourth / (second * second);
  }
}
