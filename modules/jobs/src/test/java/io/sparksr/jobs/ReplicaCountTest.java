package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReplicaCountTest {
  private static final boolean RUNNING = true;
  private static final boolean WAITING = false;

  @Test
  void fewerReplicasGoOnOnceSlotsHaveBeenMissingForLong() {
    ReplicaCount count = count(2, 4);
    assertThat(count.now()).isEqualTo(4);
    assertThat(count.change(3, WAITING, seconds(5))).isEmpty();
    assertThat(count.change(3, WAITING, seconds(9))).isEmpty();
    assertThat(count.change(3, WAITING, seconds(10))).hasValue(3);
    assertThat(count.now()).isEqualTo(3);
  }

  @Test
  void theTimeCountsFromWhenTheSlotsWereLastEnough() {
    ReplicaCount count = count(2, 4);
    assertThat(count.change(3, WAITING, seconds(9))).isEmpty();
    assertThat(count.change(4, WAITING, seconds(11))).isEmpty();
    assertThat(count.change(3, WAITING, seconds(12))).isEmpty();
    assertThat(count.change(3, WAITING, seconds(20))).isEmpty();
    assertThat(count.change(3, WAITING, seconds(21))).hasValue(3);
  }

  @Test
  void slotsBelowTheFewestAreWaitedFor() {
    ReplicaCount count = count(2, 4);
    assertThat(count.change(1, WAITING, seconds(100))).isEmpty();
    assertThat(count.now()).isEqualTo(4);
  }

  @Test
  void moreReplicasGoOnOnceSlotsHaveBeenThereForLong() {
    ReplicaCount count = count(2, 2);
    assertThat(count.now()).isEqualTo(2);
    assertThat(count.change(2, RUNNING, seconds(50))).isEmpty();
    assertThat(count.change(9, RUNNING, seconds(55))).isEmpty();
    assertThat(count.change(9, RUNNING, seconds(60))).hasValue(4);
    assertThat(count.change(9, RUNNING, seconds(100))).isEmpty();
  }

  @Test
  void replicasThatRunAreNotMadeFewer() {
    assertThat(count(2, 4).change(2, RUNNING, seconds(100))).isEmpty();
  }

  @Test
  void unlessElasticAllAreWaitedFor() {
    ReplicaCount count = count(0, 4);
    assertThat(count.elastic()).isFalse();
    assertThat(count.now()).isEqualTo(4);
    assertThat(count.change(3, WAITING, seconds(100))).isEmpty();
  }

  private static ReplicaCount count(int fewest, int slots) {
    return new ReplicaCount(
        TrainedPipeline.settings(
            4,
            10,
            "train.elastic.min-replicas=" + fewest,
            "train.elastic.wait-seconds=10",
            "train.global-batch=4"),
        slots,
        0);
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
