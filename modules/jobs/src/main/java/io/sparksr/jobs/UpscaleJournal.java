package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Uris;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What a running job has done so far, for when it is killed: each task writes the entries of its
 * finished images, within a fifth of a second, into small files that are never changed. Many of
 * them are replaced by one from time to time. The manifest takes their place at the job's end.
 */
final class UpscaleJournal implements AutoCloseable {
  /** The folder in the output folder. */
  static final String FOLDER = "_journal";

  private static final long FLUSH_MILLIS = 200;
  private static final int MOST_PARTS = 64;

  private final FileStore files;
  private final String prefix;
  private final List<UpscaleManifest.Entry> written = new ArrayList<>();
  private final List<UpscaleManifest.Entry> waiting = new ArrayList<>();
  private final List<String> parts = new ArrayList<>();
  private final ScheduledExecutorService timer;
  private int number;
  private IOException failure;

  /**
   * A task's journal.
   *
   * @param name of the task's attempt, unique in the folder
   */
  UpscaleJournal(FileStore files, String outputFolder, String name) {
    this.files = files;
    this.prefix = Uris.child(Uris.child(outputFolder, FOLDER), name + "-");
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "upscale-journal");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        timer.scheduleWithFixedDelay(
            this::flushOnTime, FLUSH_MILLIS, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Notes a finished image.
   *
   * @throws IOException if the journal could not be written before
   */
  synchronized void add(UpscaleManifest.Entry entry) throws IOException {
    if (failure != null) {
      throw failure;
    }
    waiting.add(entry);
  }

  private void flushOnTime() {
    try {
      flush();
    } catch (IOException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  private synchronized void flush() throws IOException {
    if (waiting.isEmpty()) {
      return;
    }
    if (parts.size() < MOST_PARTS) {
      write(waiting);
      written.addAll(waiting);
      waiting.clear();
    } else {
      merge();
    }
  }

  private synchronized void merge() throws IOException {
    written.addAll(waiting);
    waiting.clear();
    List<String> replaced = List.copyOf(parts);
    if (written.isEmpty()) {
      return;
    }
    write(written);
    for (String part : replaced) {
      files.delete(part);
    }
    parts.removeAll(replaced);
  }

  private void write(List<UpscaleManifest.Entry> entries) throws IOException {
    StringBuilder lines = new StringBuilder();
    entries.forEach(entry -> lines.append(JsonCodec.line(entry)).append('\n'));
    String part = prefix + number++ + ".jsonl";
    files.writeBytes(part, lines.toString().getBytes(UTF_8));
    parts.add(part);
  }

  /** Writes what is left, as one file for the task. */
  @Override
  public void close() throws IOException {
    timer.shutdown();
    try {
      timer.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (parts.size() == 1 && waiting.isEmpty()) {
      return;
    }
    merge();
  }

  /**
   * All entries in a folder's journal.
   *
   * @param namePrefix only of tasks whose name begins so
   */
  static List<UpscaleManifest.Entry> read(FileStore files, String outputFolder, String namePrefix)
      throws IOException {
    List<FileEntry> parts;
    try {
      parts = files.list(Uris.child(outputFolder, FOLDER));
    } catch (FileNotFoundException e) {
      return List.of();
    }
    try {
      return parts.parallelStream()
          .filter(part -> part.name().startsWith(namePrefix))
          .flatMap(part -> readPart(files, part.uri()).stream())
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** A line that was cut off by a kill is work that was in flight. */
  private static List<UpscaleManifest.Entry> readPart(FileStore files, String uri) {
    List<UpscaleManifest.Entry> entries = new ArrayList<>();
    try {
      for (String line : new String(files.readBytes(uri), UTF_8).lines().toList()) {
        entries.add(JsonCodec.parse(line.getBytes(UTF_8), UpscaleManifest.Entry.class, uri));
      }
    } catch (FileNotFoundException | UserException e) {
      return entries; // merged into another part meanwhile, or cut off here
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }

  /** Removes a folder's journal, when the manifest holds what it held. */
  static void remove(FileStore files, String outputFolder) throws IOException {
    files.delete(Uris.child(outputFolder, FOLDER));
  }
}
