package io.sparksr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PsnrTest {
  @Test
  void psnrOfUniformOffsetMatchesClosedForm() {
    double[] values = new double[12];
    Arrays.setAll(values, i -> 10 * i);
    double[] shifted = Arrays.stream(values).map(v -> v + 5).toArray();
    // 20 log10(255 / 5)
    assertThat(Psnr.of(new Plane(4, 3, values), new Plane(4, 3, shifted)))
        .isEqualTo(34.15140352195873, within(1e-12));
  }

  @Test
  void psnrAveragesSquaresOverAllPixels() {
    // Differences 3, 4, 0, 0: MSE 25/4.
    Plane a = new Plane(2, 2, new double[] {3, 10, 7, 8});
    Plane b = new Plane(2, 2, new double[] {0, 14, 7, 8});
    assertThat(Psnr.of(a, b)).isEqualTo(10 * Math.log10(255 * 255 / 6.25), within(1e-12));
  }

  @Test
  void psnrOfEqualPlanesIsInfinite() {
    Plane plane = new Plane(2, 1, new double[] {1, 2});
    assertThat(Psnr.of(plane, plane)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void planesOfDifferentSizesAreRefused() {
    Plane wide = new Plane(2, 1, new double[2]);
    Plane high = new Plane(1, 2, new double[2]);
    assertThatThrownBy(() -> Psnr.of(wide, high))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot compare 2x1 with 1x2 pixels");
  }

  @Test
  void planesCheckTheirSize() {
    assertThatThrownBy(() -> new Plane(2, 2, new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a plane of 2x2 does not have 3 values");
  }
}
