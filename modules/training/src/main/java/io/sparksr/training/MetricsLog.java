package io.sparksr.training;

import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code metrics.jsonl} of a run. Object stores can't append, so the file is written whole. One
 * thread may add while another writes.
 */
public final class MetricsLog {
  private final FileStore files;
  private final String uri;
  private final StringBuilder text = new StringBuilder();

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
        log.add(line);
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

  void add(MetricsLine line) {
    String json = MetricsCodec.line(line);
    synchronized (text) {
      text.append(json).append('\n');
    }
  }

  void write() throws IOException {
    byte[] bytes;
    synchronized (text) {
      bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    }
    files.writeBytes(uri, bytes);
  }
}
