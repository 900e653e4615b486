package io.sparksr.cli;

import io.sparksr.core.Progress;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * One bar per step on a terminal. Elsewhere (a file, a pipe, a build's log) plain lines: one every
 * ten seconds at most and one at the end of the step, without control characters.
 */
final class ConsoleProgress implements Progress {
  private static final int UPDATE_MILLIS = 200;

  private final PrintStream out;
  private final boolean terminal;

  private ConsoleProgress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Progress on standard error. Whether that is a terminal the JVM can't tell: the launcher says so
   * in the system property {@code sparksr.stderr.terminal}; without it, plain lines.
   */
  static Progress onStandardError() {
    return on(System.err, Boolean.getBoolean("sparksr.stderr.terminal"));
  }

  static Progress on(PrintStream out, boolean terminal) {
    return new ConsoleProgress(out, terminal);
  }

  @Override
  public Task start(String label, String unit, long total) {
    return terminal
        ? new Bar(label, unit, total, out)
        : new PlainProgressTask(label, unit, total, out, System::nanoTime);
  }

  /** Redrawn by a daemon thread of the library. */
  private static final class Bar implements Task {
    private final ProgressBar bar;

    Bar(String label, String unit, long total, PrintStream out) {
      DecimalFormat rate = new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT));
      bar =
          new ProgressBarBuilder()
              .setTaskName(label)
              .setUnit(" " + unit, 1)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(out))
              .showSpeed(rate)
              .build();
    }

    @Override
    public void advanceTo(long done) {
      bar.stepTo(done);
    }

    @Override
    public void message(String text) {
      bar.setExtraMessage(" " + text);
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
