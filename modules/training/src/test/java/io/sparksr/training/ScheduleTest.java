package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void constantStaysAfterALinearRise() {
    Schedule schedule = new Schedule(Schedule.Kind.CONSTANT, 4, List.of(), 0.5, 0);
    assertThat(schedule.at(0, 100, 8)).isEqualTo(2.0);
    assertThat(schedule.at(3, 100, 8)).isEqualTo(8.0);
    assertThat(schedule.at(99, 100, 8)).isEqualTo(8.0);
  }

  @Test
  void stepsFallAtEachMilestone() {
    Schedule schedule = new Schedule(Schedule.Kind.STEPS, 0, List.of(10L, 20L), 0.1, 0);
    assertThat(schedule.at(9, 100, 1)).isEqualTo(1.0);
    assertThat(schedule.at(10, 100, 1)).isCloseTo(0.1, within(1e-12));
    assertThat(schedule.at(25, 100, 1)).isCloseTo(0.01, within(1e-12));
  }

  @Test
  void cosineEndsAtItsShare() {
    Schedule schedule = new Schedule(Schedule.Kind.COSINE, 0, List.of(), 0.5, 0.1);
    assertThat(schedule.at(0, 100, 2)).isEqualTo(2.0);
    assertThat(schedule.at(50, 100, 2)).isCloseTo(1.1, within(1e-12));
    assertThat(schedule.at(100, 100, 2)).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void rejectsWhatMakesNoSense() {
    assertThatThrownBy(() -> new Schedule(Schedule.Kind.STEPS, 0, List.of(5L, 5L), 0.5, 0))
        .hasMessage("milestones: must be ascending, got [5, 5]");
    assertThatThrownBy(() -> new Schedule(Schedule.Kind.STEPS, 0, List.of(), 0, 0))
        .hasMessage("decay: must be in (0, 1], got 0.0");
  }
}
