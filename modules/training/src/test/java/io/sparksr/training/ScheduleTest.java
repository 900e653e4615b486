package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void constantStaysAfterALinearRise() {
    Schedule schedule =
        new Schedule(Schedule.Kind.CONSTANT, 4, List.of(), 0.5, 0, List.of(), List.of());
    assertThat(schedule.at(0, 100, 8)).isEqualTo(2.0);
    assertThat(schedule.at(3, 100, 8)).isEqualTo(8.0);
    assertThat(schedule.at(99, 100, 8)).isEqualTo(8.0);
  }

  @Test
  void stepsFallAtEachMilestone() {
    Schedule schedule =
        new Schedule(Schedule.Kind.STEPS, 0, List.of(10L, 20L), 0.1, 0, List.of(), List.of());
    assertThat(schedule.at(9, 100, 1)).isEqualTo(1.0);
    assertThat(schedule.at(10, 100, 1)).isCloseTo(0.1, within(1e-12));
    assertThat(schedule.at(25, 100, 1)).isCloseTo(0.01, within(1e-12));
  }

  @Test
  void cosineEndsAtItsShare() {
    Schedule schedule =
        new Schedule(Schedule.Kind.COSINE, 0, List.of(), 0.5, 0.1, List.of(), List.of());
    assertThat(schedule.at(0, 100, 2)).isEqualTo(2.0);
    assertThat(schedule.at(50, 100, 2)).isCloseTo(1.1, within(1e-12));
    assertThat(schedule.at(100, 100, 2)).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void cosineRestartsAfterEachPeriodAndStaysDownAfterTheLast() {
    Schedule schedule =
        new Schedule(
            Schedule.Kind.COSINE, 10, List.of(), 0.5, 0.2, List.of(40L, 20L), List.of(1.0, 0.5));
    assertThat(schedule.at(9, 1000, 2)).isEqualTo(2.0);
    assertThat(schedule.at(10, 1000, 2)).isEqualTo(2.0);
    assertThat(schedule.at(30, 1000, 2)).isCloseTo(1.2, within(1e-12));
    // 2 * (0.2 + 0.8 * (1 + cos(pi * 39 / 40)) / 2)
    assertThat(schedule.at(49, 1000, 2)).isCloseTo(0.402466133, within(1e-9));
    assertThat(schedule.at(50, 1000, 2)).isCloseTo(1.2, within(1e-12));
    assertThat(schedule.at(60, 1000, 2)).isCloseTo(0.8, within(1e-12));
    assertThat(schedule.at(70, 1000, 2)).isCloseTo(0.4, within(1e-12));
    assertThat(schedule.at(999, 1000, 2)).isCloseTo(0.4, within(1e-12));
    assertThat(schedule.at(55, 60, 2)).isEqualTo(schedule.at(55, 1000, 2));
  }

  @Test
  void rejectsWhatMakesNoSense() {
    assertThatThrownBy(
            () ->
                new Schedule(Schedule.Kind.STEPS, 0, List.of(5L, 5L), 0.5, 0, List.of(), List.of()))
        .hasMessage("milestones: must be ascending, got [5, 5]");
    assertThatThrownBy(
            () -> new Schedule(Schedule.Kind.STEPS, 0, List.of(), 0, 0, List.of(), List.of()))
        .hasMessage("decay: must be in (0, 1], got 0.0");
    assertThatThrownBy(() -> cosine(List.of(5L, 0L), List.of()))
        .hasMessage("periods: must be 1 or more each, got [5, 0]");
    assertThatThrownBy(() -> cosine(List.of(5L, 6L), List.of(1.0)))
        .hasMessage("restart-weights: must be one for each of the periods [5, 6], got [1.0]");
    assertThatThrownBy(() -> cosine(List.of(5L), List.of(1.5)))
        .hasMessage("restart-weights: must be in (0, 1] each, got [1.5]");
  }

  private static Schedule cosine(List<Long> periods, List<Double> weights) {
    return new Schedule(Schedule.Kind.COSINE, 0, List.of(), 0.5, 0, periods, weights);
  }
}
