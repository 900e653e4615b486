package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.core.image.BicubicResampler;
import io.sparksr.core.image.MatlabResampler;
import io.sparksr.core.image.RgbImage;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DegradationsTest {
  static Set<String> names() {
    return Degradations.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyDegradationReducesByItsScaleAndRepeatsItself(String name) {
    RgbImage hr = noise(48, 36);
    Degradation degradation = Degradations.create(name, 4);
    RgbImage lr = degradation.apply(hr);

    assertThat(degradation.scale()).isEqualTo(4);
    assertThat(lr.width()).isEqualTo(12);
    assertThat(lr.height()).isEqualTo(9);
    // The same object after another size, and another object, give the same bytes.
    degradation.apply(noise(96, 96));
    assertThat(degradation.apply(hr)).isEqualTo(lr);
    assertThat(Degradations.create(name, 4).apply(hr)).isEqualTo(lr);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyDegradationRefusesSidesThatAreNoMultiples(String name) {
    Degradation degradation = Degradations.create(name, 4);
    assertThatThrownBy(() -> degradation.apply(noise(48, 38)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("RgbImage[48x38] has sides that are no multiples of 4");
  }

  @Test
  void pillowBicubicIsTheResamplerOfCore() {
    RgbImage hr = noise(96, 96);
    assertThat(Degradations.create("pillow-bicubic", 4).apply(hr))
        .isEqualTo(BicubicResampler.resize(hr, 24, 24));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void matlabsBordersDifferAtTheBorderOnly(int scale) {
    RgbImage hr = noise(24 * scale, 24 * scale);
    RgbImage mirrored = Degradations.create("matlab-bicubic", scale).apply(hr);
    RgbImage repeated = Degradations.create("matlab-bicubic-repeat", scale).apply(hr);
    assertThat(mirrored).isEqualTo(MatlabResampler.resize(hr, 24, 24)).isNotEqualTo(repeated);
    assertThat(mirrored.crop(2, 2, 20, 20)).isEqualTo(repeated.crop(2, 2, 20, 20));
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> Degradations.create("blur", 4))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "degradation: unknown name 'blur'; known: matlab-bicubic, matlab-bicubic-repeat,"
                + " pillow-bicubic");
  }

  private static RgbImage noise(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    new Random(5).nextBytes(pixels);
    return new RgbImage(width, height, pixels);
  }
}
