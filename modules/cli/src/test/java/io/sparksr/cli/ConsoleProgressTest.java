package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);
  private final AtomicLong nanos = new AtomicLong();

  private Progress.Task plain(long total) {
    return new PlainProgressTask("index", "images", total, out, nanos::get);
  }

  private void pass(long seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private String printed() {
    return bytes.toString(UTF_8);
  }

  @Test
  void plainLinesComeAtMostEveryTenSecondsAndAtTheEnd() {
    try (Progress.Task task = plain(200)) {
      task.advanceTo(1);
      pass(9);
      task.advanceTo(10);
      assertThat(printed()).isEmpty();
      pass(1);
      task.message("loss 0.5");
      task.advanceTo(50);
      pass(5);
      task.advanceTo(60);
      pass(5);
      task.advanceTo(100);
      pass(100);
      task.advanceTo(200);
      pass(1);
    }
    assertThat(printed().lines())
        .containsExactly(
            "index: 50/200 images (25 %), 5.0/s, 0:30 left, loss 0.5",
            "index: 100/200 images (50 %), 5.0/s, 0:20 left, loss 0.5",
            "index: 200/200 images (100 %), 1.7/s, 0:00 left, loss 0.5",
            "index: 200/200 images (100 %), 1.7/s, took 2:01, loss 0.5");
  }

  @Test
  void plainLinesOfUnknownTotalHaveNoPercentage() {
    try (Progress.Task task = plain(-1)) {
      pass(7200);
      task.advanceTo(7200);
      task.advanceTo(7199);
    }
    assertThat(printed().lines())
        .containsExactly("index: 7200 images, 1.0/s", "index: 7200 images, 1.0/s, took 2:00:00");
  }

  @Test
  void closingTwicePrintsOnce() {
    Progress.Task task = plain(1);
    task.close();
    task.close();
    assertThat(printed().lines()).hasSize(1);
  }

  @Test
  void outsideATerminalThereAreNoControlCharacters() {
    try (Progress.Task task = ConsoleProgress.on(out, false).start("shard", "crops", 3)) {
      task.advanceTo(3);
    }
    assertThat(printed()).startsWith("shard: 3/3 crops (100 %), ").doesNotContain("\r", "\u001b");
  }

  @Test
  void onATerminalABarShowsLabelCountAndMessage() {
    try (Progress.Task task = ConsoleProgress.on(out, true).start("train", "steps", 8)) {
      task.message("loss 0.5");
      task.advanceTo(8);
    }
    String last = printed().substring(printed().lastIndexOf('\r'));
    assertThat(last).contains("train", "100%", "8/8 steps", "loss 0.5");
  }
}
