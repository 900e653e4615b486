package io.sparksr.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void roundedAxesBeginAndEndAtRoundNumbers() {
    Axis axis = Axis.rounded(24.3, 31.2, 5);
    assertThat(labels(axis)).containsExactly("24", "26", "28", "30", "32");
    assertThat(axis.from()).isEqualTo(24);
    assertThat(axis.to()).isEqualTo(32);
    assertThat(axis.position(26)).isEqualTo(0.25, within(1e-12));
  }

  @Test
  void exactAxesKeepTheirEnds() {
    Axis axis = Axis.exact(0, 8010, 7);
    assertThat(labels(axis)).containsExactly("0", "2,000", "4,000", "6,000", "8,000");
    assertThat(axis.to()).isEqualTo(8010);
  }

  @Test
  void logarithmicAxesTickAtOneTwoFive() {
    Axis axis = Axis.logarithmic(0.006, 0.3);
    assertThat(labels(axis)).containsExactly("0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5");
    assertThat(axis.position(0.05)).isEqualTo(0.5, within(1e-9));
  }

  @Test
  void logarithmicAxesOverManyDecadesTickAtPowersOfTenOnly() {
    assertThat(labels(Axis.logarithmic(2e-6, 1)))
        .containsExactly("1e-6", "1e-5", "1e-4", "0.001", "0.01", "0.1", "1");
  }

  @Test
  void numbersOutsideLieAtTheEnds() {
    Axis axis = Axis.rounded(0, 10, 5);
    assertThat(axis.position(-5)).isEqualTo(0);
    assertThat(axis.position(50)).isEqualTo(1);
  }

  @Test
  void aSingleNumberStillHasAnAxis() {
    Axis axis = Axis.rounded(28, 28, 5);
    assertThat(axis.from()).isLessThanOrEqualTo(28);
    assertThat(axis.to()).isGreaterThan(28);
    assertThat(axis.ticks()).hasSizeBetween(2, 8);
  }

  @Test
  void labelsAreShort() {
    assertThat(Axis.label(0.1 + 0.2)).isEqualTo("0.3");
    assertThat(Axis.label(1200)).isEqualTo("1,200");
    assertThat(Axis.label(25_000)).isEqualTo("25k");
    assertThat(Axis.label(1_500_000)).isEqualTo("1.5M");
    assertThat(Axis.label(2.5e-4)).isEqualTo("2.5e-4");
    assertThat(Axis.label(0)).isEqualTo("0");
  }

  private static List<String> labels(Axis axis) {
    return axis.ticks().stream().map(Axis.Tick::label).toList();
  }
}
