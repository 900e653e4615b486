package io.sparksr.training;

import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code metrics.jsonl} of a run. Object stores can't append, so the file is written whole: with
 * every checkpoint, and otherwise at most every {@link #WRITE_MILLIS}.
 */
public final class MetricsLog {
  private static final long WRITE_MILLIS = 15_000;

  private final FileStore files;
  private final String uri;
  private final List<MetricsLine> lines = new ArrayList<>();
  private long writtenMillis = System.currentTimeMillis();

  private MetricsLog(FileStore files, String runUri) {
    this.files = files;
    this.uri = uri(runUri);
  }

  /** Where a run's metrics are. */
  public static String uri(String runUri) {
    return Uris.child(runUri, "metrics.jsonl");
  }

  /** Continues the log of a run: lines after {@code step} belong to work that is done again. */
  static MetricsLog resume(FileStore files, String runUri, long step) throws IOException {
    MetricsLog log = new MetricsLog(files, runUri);
    for (MetricsLine line : read(files, runUri)) {
      if (line.step() <= step) {
        log.lines.add(line);
      }
    }
    return log;
  }

  /** All lines of a run; none if it has no metrics yet. */
  public static List<MetricsLine> read(FileStore files, String runUri) throws IOException {
    List<MetricsLine> lines = new ArrayList<>();
    try {
      String text = new String(files.readBytes(uri(runUri)), StandardCharsets.UTF_8);
      text.lines()
          .filter(line -> !line.isBlank())
          .forEach(line -> lines.add(MetricsCodec.parse(line, uri(runUri))));
    } catch (FileNotFoundException e) {
      // A run that has not logged yet.
      return List.of();
    }
    return lines;
  }

  void add(MetricsLine line) throws IOException {
    lines.add(line);
    if (System.currentTimeMillis() - writtenMillis > WRITE_MILLIS) {
      write();
    }
  }

  void write() throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(MetricsCodec.line(line)).append('\n'));
    files.writeBytes(uri, text.toString().getBytes(StandardCharsets.UTF_8));
    writtenMillis = System.currentTimeMillis();
  }
}
