package io.sparksr.jobs;

import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.ImageHeader;
import io.sparksr.core.image.Orientation;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.SeekableInput;
import io.sparksr.data.IndexRow;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.RejectedRow;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Finds out from files' first bytes, or all of them, whether they are usable images. Whatever a
 * file is, the outcome is a row.
 *
 * @param files where
 * @param settings what is good enough
 * @param counter counts files
 */
record CheckHeader(RemoteFiles files, IndexSettings settings, LongAccumulator counter)
    implements FlatMapFunction<Iterator<ListFolder.Entry>, CheckHeader.Checked> {
  /** Enough for nearly every header; a TIFF may need the whole file. */
  private static final int FIRST_BYTES = 1 << 16;

  private static final int MOST_BYTES = 1 << 30;

  /** A file and whether it is used. */
  sealed interface Checked extends Serializable {}

  /** One that is. */
  record Usable(IndexRow row) implements Checked {}

  /** One that is not. */
  record Unusable(RejectedRow row) implements Checked {}

  /**
   * The verdict on each file, in order. Several headers are read at once; decoding, which needs the
   * processor, goes file by file.
   *
   * @throws io.sparksr.core.UserException (input) if decoding takes more memory than there is
   */
  @Override
  public Iterator<Checked> call(Iterator<ListFolder.Entry> entries) {
    FileStore store = files.store();
    int threads = settings.verify() ? 1 : settings.concurrentReads();
    Stream<Checked> checked;
    if (threads == 1) {
      checked = stream(entries).map(entry -> check(store, entry));
    } else {
      ReadAhead<ListFolder.Entry, Checked> ahead =
          new ReadAhead<>(entries, entry -> check(store, entry), threads);
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> ahead.close());
      checked = stream(ahead);
    }
    // Spark's counters are for the task's own thread.
    return checked.peek(verdict -> counter.add(1)).iterator();
  }

  private static <T> Stream<T> stream(Iterator<T> elements) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(elements, Spliterator.ORDERED), false);
  }

  private Checked check(FileStore store, ListFolder.Entry entry) {
    return entry instanceof ListFolder.Unlisted unlisted
        ? new Unusable(unlisted.row())
        : check(store, ((ListFolder.Leaf) entry).file());
  }

  private Checked check(FileStore store, ImageFile file) {
    try {
      Found found = settings.verify() ? decoded(store, file) : headerOnly(store, file);
      ImageHeader header = found.header;
      boolean isTurned = found.orientation.swapsSides();
      int width = isTurned ? header.height() : header.width();
      int height = isTurned ? header.width() : header.height();
      if (Math.min(width, height) < settings.minSize()) {
        throw new ImageException(
            Reason.TOO_SMALL,
            "has "
                + width
                + "x"
                + height
                + " pixels, where each side must have at least "
                + settings.minSize());
      }
      return new Usable(
          new IndexRow(
              file.uri(),
              file.imageId(),
              width,
              height,
              header.format(),
              header.mode(),
              file.bytes(),
              found.orientation.code()));
    } catch (ImageException e) {
      MemoryShortage.refuse(file.uri(), e, "index.max-pixels");
      return unusable(file, e.reason(), e.getMessage());
    } catch (IOException e) {
      return unusable(file, Reason.UNREADABLE, e.toString());
    }
  }

  private static Checked unusable(ImageFile file, Reason reason, String detail) {
    return new Unusable(new RejectedRow(file.uri(), file.imageId(), reason.label(), detail));
  }

  /** What the index needs to know of a file. */
  private record Found(ImageHeader header, Orientation orientation) {}

  private Found decoded(FileStore store, ImageFile file) throws IOException, ImageException {
    ImageDecoder decoder = new ImageDecoder(settings.maxPixels());
    byte[] whole = store.readBytes(file.uri(), file.bytes());
    return new Found(
        decoder.check(whole),
        settings.applyOrientation() ? Orientation.of(whole) : Orientation.UPRIGHT);
  }

  private Found headerOnly(FileStore store, ImageFile file) throws IOException, ImageException {
    ImageDecoder decoder = new ImageDecoder(settings.maxPixels());
    try (SeekableInput in = store.open(file.uri(), file.bytes())) {
      byte[] bytes = more(in, new byte[0], Math.min(FIRST_BYTES, file.bytes()));
      while (true) {
        Optional<ImageException> problem = Optional.empty();
        try {
          ImageHeader header = decoder.header(bytes);
          Optional<Orientation> orientation = orientation(file, bytes);
          if (orientation.isPresent()) {
            return new Found(header, orientation.get());
          }
        } catch (ImageException e) {
          if (e.reason() != Reason.TRUNCATED) {
            throw e;
          }
          problem = Optional.of(e);
        }
        int known = bytes.length;
        long rest = Math.min(file.bytes(), MOST_BYTES) - known;
        bytes = more(in, bytes, Math.min(3L * known, rest));
        if (bytes.length == known) {
          throw problem.orElseThrow(
              () ->
                  new ImageException(
                      Reason.TRUNCATED, "ends after " + known + " bytes, within its metadata"));
        }
      }
    }
  }

  /** Empty if more of the file has to be seen. */
  private Optional<Orientation> orientation(ImageFile file, byte[] head) {
    if (!settings.applyOrientation()) {
      return Optional.of(Orientation.UPRIGHT);
    }
    return head.length < file.bytes()
        ? Orientation.ofHead(head)
        : Optional.of(Orientation.of(head));
  }

  /** What is known, and the next {@code count} bytes, in one request. */
  private static byte[] more(SeekableInput in, byte[] known, long count) throws IOException {
    byte[] bytes = Arrays.copyOf(known, known.length + (int) Math.max(0, count));
    int read = in.readNBytes(bytes, known.length, bytes.length - known.length);
    return Arrays.copyOf(bytes, known.length + read);
  }
}
