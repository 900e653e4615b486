package io.sparksr.training;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code metrics.jsonl} of a run. Object stores can't append, so the file is written whole: first a
 * copy beside it, for whoever is killed meanwhile leaves a file that is cut off. One thread may add
 * while another writes.
 */
public final class MetricsLog {
  private final FileStore files;
  private final String uri;
  private final String copyUri;
  private final StringBuilder text = new StringBuilder();

  private MetricsLog(FileStore files, String runUri) {
    this.files = files;
    this.uri = uri(runUri);
    this.copyUri = copyUri(runUri);
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

  /**
   * All lines of a run; none if it has no metrics yet.
   *
   * @throws UserException if a line is not one of ours
   */
  public static List<MetricsLine> read(FileStore files, String runUri) throws IOException {
    List<MetricsLine> lines = wholeLines(files, uri(runUri));
    List<MetricsLine> copied = wholeLines(files, copyUri(runUri));
    return copied.size() > lines.size() ? copied : lines;
  }

  /** A line that was cut off has no end. */
  private static List<MetricsLine> wholeLines(FileStore files, String uri) throws IOException {
    try {
      String text = new String(files.readBytes(uri), StandardCharsets.UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1)
          .lines()
          .filter(line -> !line.isBlank())
          .map(line -> MetricsCodec.parse(line, uri))
          .toList();
    } catch (FileNotFoundException e) {
      // A run that has not logged yet.
      return List.of();
    }
  }

  private static String copyUri(String runUri) {
    return Uris.child(runUri, "metrics-copy.jsonl");
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
    files.writeBytes(copyUri, bytes);
    files.writeBytes(uri, bytes);
  }
}
