package io.sparksr.jobs;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Applies a function to an iterator's elements by several threads, a few elements ahead of whoever
 * reads the results; these come in the elements' order. For work that waits for disks or servers
 * rather than needs a processor.
 *
 * <p>The elements are taken by the reading thread alone. At the end of the elements this closes
 * itself.
 *
 * @param <T> elements
 * @param <R> results
 */
final class ReadAhead<T, R> implements Iterator<R>, AutoCloseable {
  /** Elements a thread takes at once: handing over costs as much as reading a cached file. */
  private static final int TAKEN_AT_ONCE = 8;

  private final Iterator<T> elements;
  private final Function<T, R> function;
  private final int ahead;
  private final ExecutorService threads;
  private final Deque<Future<List<R>>> running = new ArrayDeque<>();
  private Iterator<R> ready = Collections.emptyIterator();

  /**
   * Begins when the first result is asked for.
   *
   * @param function must be fit for several threads
   * @param threads how many, at least 1
   */
  ReadAhead(Iterator<T> elements, Function<T, R> function, int threads) {
    this.elements = elements;
    this.function = function;
    this.ahead = 2 * threads;
    this.threads =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "read ahead");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Whether there is another result.
   *
   * @throws RuntimeException what the function threw; {@link UncheckedIOException} if the thread is
   *     interrupted while it waits
   */
  @Override
  public boolean hasNext() {
    while (!ready.hasNext()) {
      while (running.size() < ahead && elements.hasNext()) {
        List<T> taken = take();
        running.add(threads.submit(() -> taken.stream().map(function).toList()));
      }
      if (running.isEmpty()) {
        close();
        return false;
      }
      ready = await(running.remove()).iterator();
    }
    return true;
  }

  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.next();
  }

  /** Stops what is under way; there are no further results. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  private List<T> take() {
    List<T> taken = new ArrayList<>(TAKEN_AT_ONCE);
    while (taken.size() < TAKEN_AT_ONCE && elements.hasNext()) {
      taken.add(elements.next());
    }
    return taken;
  }

  private List<R> await(Future<List<R>> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(
          new InterruptedIOException("interrupted while files were read"));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      if (e.getCause() instanceof Error problem) {
        throw problem;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
