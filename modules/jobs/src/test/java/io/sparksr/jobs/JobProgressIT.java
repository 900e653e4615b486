package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.Progress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;

class JobProgressIT {
  /** What the task waits for; tasks run in this process. */
  private static final BlockingQueue<String> SIGNALS = new LinkedBlockingQueue<>();

  @Test
  void theBarMovesWhileATaskStillRuns() {
    BlockingQueue<Long> shown = new LinkedBlockingQueue<>();
    Progress recording =
        (label, unit, total) ->
            new Progress.Task() {
              @Override
              public void advanceTo(long done) {
                shown.add(done);
                // The task ends only after its progress was shown.
                SIGNALS.add("seen");
              }

              @Override
              public void message(String text) {}

              @Override
              public void close() {}
            };
    try (JavaSparkContext spark = LocalSpark.start(1);
        JobProgress progress = JobProgress.start(spark, recording, "work", "things", 5)) {
      LongAccumulator counter = progress.counter();
      boolean seen =
          spark
              .parallelize(List.of(1), 1)
              .map(
                  item -> {
                    counter.add(3);
                    boolean signalled = SIGNALS.poll(20, TimeUnit.SECONDS) != null;
                    // More than there are in all, as when a task runs twice.
                    counter.add(4);
                    return signalled;
                  })
              .first();
      assertThat(seen).isTrue();
    }
    assertThat(shown).containsExactly(3L, 5L);
  }
}
