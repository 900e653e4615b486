package io.sparksr.training;

import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * TensorBoard's events of a run: scalars of every line of metrics, and enlarged images. TensorBoard
 * reads the files of a folder one after the other by name, and each from where it was. Object
 * stores can't append, so the newest file is written whole, with what it held before at its
 * beginning, until it is sealed: from then on it never changes, so what a checkpoint follows can't
 * be lost. A run that resumes begins with an event that makes TensorBoard forget what is done
 * again. One thread may add while another writes.
 */
final class EventLog {
  private static final String PREFIX = "events.out.tfevents.";
  private static final String VERSION = "brain.Event:2";
  private static final int SESSION_START = 1;
  private static final int RGB = 3;

  /** So large a file is sealed. */
  private static final int LARGE_BYTES = 1 << 20;

  private final FileStore files;
  private final String folder;
  private final ByteArrayOutputStream newest = new ByteArrayOutputStream();
  private boolean unwritten;
  private long number;

  /**
   * An image to show.
   *
   * @param tag its name in TensorBoard
   * @param width in pixels
   * @param height in pixels
   * @param png the file
   */
  record Picture(String tag, int width, int height, byte[] png) {}

  private EventLog(FileStore files, String folder, long number) {
    this.files = files;
    this.folder = folder;
    this.number = number;
  }

  /** Continues a run's events after so many steps. */
  static EventLog resume(FileStore files, String runUri, long step) throws IOException {
    String folder = Uris.child(runUri, "tensorboard");
    EventLog log = new EventLog(files, folder, next(files, folder));
    // What has this step or a later one is forgotten; the step itself is not done again.
    log.append(log.event(step + 1).message(7, new ProtoMessage().integer(1, SESSION_START)));
    return log;
  }

  private static long next(FileStore files, String folder) throws IOException {
    try {
      return files.list(folder).stream()
          .map(FileEntry::name)
          .filter(name -> name.matches(PREFIX.replace(".", "\\.") + "\\d{10}\\.sparksr"))
          .mapToLong(name -> Long.parseLong(name.substring(PREFIX.length(), PREFIX.length() + 10)))
          .map(last -> last + 1)
          .max()
          .orElse(0);
    } catch (FileNotFoundException e) {
      return 0;
    }
  }

  void add(MetricsLine line, List<Picture> pictures) {
    ProtoMessage summary = new ProtoMessage();
    line.losses().forEach((name, value) -> scalar(summary, "train/" + name, value));
    scalar(summary, "train/learning-rate", line.learningRate());
    scalar(summary, "train/epoch", line.epoch());
    scalar(summary, "speed/images-per-second", line.imagesPerSecond());
    scalar(summary, "speed/save-millis", line.saveMillis());
    for (int rank = 0; rank < line.replicas().size(); rank++) {
      ReplicaTimes times = line.replicas().get(rank);
      scalar(summary, "speed/data-millis/rank-" + rank, times.dataMillis());
      scalar(summary, "speed/compute-millis/rank-" + rank, times.computeMillis());
      scalar(summary, "speed/communicate-millis/rank-" + rank, times.communicateMillis());
    }
    line.validation()
        .forEach(
            (set, score) -> {
              scalar(summary, "validation/" + set + "/psnr", score.psnr());
              scalar(summary, "validation/" + set + "/ssim", score.ssim());
            });
    pictures.forEach(picture -> image(summary, picture));
    append(event(line.step()).message(5, summary));
  }

  /** Writes what was added since the last write. */
  void write() throws IOException {
    write(LARGE_BYTES);
  }

  /** The same; what is added from now on goes into another file. */
  void seal() throws IOException {
    write(0);
  }

  private void write(int largeBytes) throws IOException {
    byte[] content;
    long file;
    boolean changed;
    synchronized (newest) {
      content = newest.toByteArray();
      file = number;
      changed = unwritten;
      unwritten = false;
      if (content.length > largeBytes) {
        newest.reset();
        number++;
      }
    }
    if (changed) {
      String name = String.format(Locale.ROOT, "%s%010d.sparksr", PREFIX, file);
      files.writeBytes(Uris.child(folder, name), content);
    }
  }

  private void append(ProtoMessage event) {
    byte[] record = record(event.toBytes());
    synchronized (newest) {
      if (newest.size() == 0) {
        newest.writeBytes(record(event(0).text(3, VERSION).toBytes()));
      }
      newest.writeBytes(record);
      unwritten = true;
    }
  }

  private ProtoMessage event(long step) {
    return new ProtoMessage().float64(1, System.currentTimeMillis() / 1e3).integer(2, step);
  }

  private static void scalar(ProtoMessage summary, String tag, double value) {
    summary.message(1, new ProtoMessage().text(1, tag).float32(2, (float) value));
  }

  private static void image(ProtoMessage summary, Picture picture) {
    ProtoMessage image =
        new ProtoMessage()
            .integer(1, picture.height())
            .integer(2, picture.width())
            .integer(3, RGB)
            .bytes(4, picture.png());
    summary.message(1, new ProtoMessage().text(1, picture.tag()).message(4, image));
  }

  /** A record of a TFRecord file: its length, the data, and a masked CRC-32C after each. */
  static byte[] record(byte[] data) {
    byte[] length = ProtoMessage.littleEndian(Long.BYTES).putLong(data.length).array();
    return ProtoMessage.littleEndian(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
        .put(length)
        .putInt(maskedChecksum(length))
        .put(data)
        .putInt(maskedChecksum(data))
        .array();
  }

  private static int maskedChecksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }
}
