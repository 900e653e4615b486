package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReadAheadTest {

  @Test
  void resultsComeInOrderFromAsManyThreadsAsAsked() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(3);
    List<Integer> results = new ArrayList<>();
    try (ReadAhead<Integer, Integer> ahead =
        new ReadAhead<>(
            IntStream.range(0, 1000).iterator(),
            n -> {
              if (threads.add(Thread.currentThread())) {
                all.countDown();
                awaited(all);
              }
              return n * n;
            },
            3)) {
      ahead.forEachRemaining(results::add);
      assertThat(ahead.hasNext()).isFalse();
      assertThatThrownBy(ahead::next).isInstanceOf(NoSuchElementException.class);
    }
    assertThat(results).isEqualTo(IntStream.range(0, 1000).mapToObj(n -> n * n).toList());
    assertThat(threads).hasSize(3).doesNotContain(Thread.currentThread());
  }

  @Test
  void noMoreIsTakenThanIsWorkedOnSoon() {
    AtomicInteger taken = new AtomicInteger();
    Iterator<Integer> endless = IntStream.generate(taken::incrementAndGet).iterator();
    try (ReadAhead<Integer, Integer> ahead = new ReadAhead<>(endless, n -> n, 2)) {
      assertThat(ahead.next()).isEqualTo(1);
      // Two threads, each with eight at once and eight to come.
      assertThat(taken.get()).isLessThanOrEqualTo(2 * 2 * 8);
    }
  }

  @Test
  void whatTheFunctionThrowsIsThrownInItsPlace() {
    try (ReadAhead<Integer, Integer> ahead =
        new ReadAhead<>(
            IntStream.range(0, 20).iterator(),
            n -> {
              if (n == 12) {
                throw new IllegalArgumentException("twelve");
              }
              return n;
            },
            2)) {
      for (int n = 0; n < 8; n++) {
        assertThat(ahead.next()).isEqualTo(n);
      }
      assertThatThrownBy(ahead::next)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("twelve");
    }
  }

  @Test
  void interruptedReaderStopsWaiting() {
    CountDownLatch never = new CountDownLatch(1);
    try (ReadAhead<Integer, Integer> ahead =
        new ReadAhead<>(
            IntStream.range(0, 20).iterator(),
            n -> {
              awaited(never);
              return n;
            },
            2)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(ahead::next)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("interrupted while files were read");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
