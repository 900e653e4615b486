package io.sparksr.cli;

import io.sparksr.core.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Progress of one step as plain lines. May be used by several threads. */
final class PlainProgressTask implements Progress.Task {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String label;
  private final String unit;
  private final long total;
  private final PrintStream out;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private long lastNanos;
  private long done;
  private String message = "";
  private boolean closed;

  PlainProgressTask(String label, String unit, long total, PrintStream out, LongSupplier nanoTime) {
    this.label = label;
    this.unit = unit;
    this.total = total;
    this.out = out;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.lastNanos = startNanos;
  }

  @Override
  public synchronized void advanceTo(long reached) {
    done = Math.max(done, reached);
    long now = nanoTime.getAsLong();
    if (now - lastNanos >= INTERVAL_NANOS) {
      lastNanos = now;
      print(now, total > 0 && done > 0 ? ", " + clock(remaining(now)) + " left" : "");
    }
  }

  @Override
  public synchronized void message(String text) {
    message = text.isEmpty() ? "" : ", " + text;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      long now = nanoTime.getAsLong();
      print(now, ", took " + clock(now - startNanos));
    }
  }

  private void print(long now, String time) {
    double seconds = Math.max(1, now - startNanos) * 1e-9;
    String count = total < 0 ? Long.toString(done) : done + "/" + total;
    String percent =
        total > 0 ? String.format(Locale.ROOT, " (%.0f %%)", 100.0 * done / total) : "";
    String rate = String.format(Locale.ROOT, "%.1f", done / seconds);
    out.println(label + ": " + count + " " + unit + percent + ", " + rate + "/s" + time + message);
  }

  private long remaining(long now) {
    return (long) ((double) (now - startNanos) / done * Math.max(0, total - done));
  }

  private static String clock(long nanos) {
    long seconds = Math.round(nanos * 1e-9);
    long hours = seconds / 3600;
    return hours > 0
        ? String.format(Locale.ROOT, "%d:%02d:%02d", hours, seconds / 60 % 60, seconds % 60)
        : String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
  }
}
