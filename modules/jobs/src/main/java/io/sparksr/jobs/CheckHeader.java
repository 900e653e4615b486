package io.sparksr.jobs;

import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.ImageHeader;
import io.sparksr.core.io.SeekableInput;
import io.sparksr.data.IndexRow;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.RejectedRow;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.LongAccumulator;

/**
 * Finds out from a file's first bytes, or all of them, whether it is a usable image. Whatever the
 * file is, the outcome is a row.
 *
 * @param files where
 * @param minSize the shortest side allowed
 * @param maxPixels the most pixels allowed
 * @param verify whether to decode all of each file
 * @param counter counts files
 */
record CheckHeader(
    RemoteFiles files, int minSize, long maxPixels, boolean verify, LongAccumulator counter)
    implements Function<ListFolder.Child, CheckHeader.Checked> {
  /** Enough for nearly every header; a TIFF may need the whole file. */
  private static final int FIRST_BYTES = 1 << 16;

  private static final int MOST_BYTES = 1 << 30;

  CheckHeader(RemoteFiles files, int minSize, long maxPixels, LongAccumulator counter) {
    this(files, minSize, maxPixels, false, counter);
  }

  CheckHeader(RemoteFiles files, IndexSettings settings, LongAccumulator counter) {
    this(files, settings.minSize(), settings.maxPixels(), settings.verify(), counter);
  }

  /** A file and whether it is used. */
  sealed interface Checked extends Serializable {}

  /** One that is. */
  record Usable(IndexRow row) implements Checked {}

  /** One that is not. */
  record Unusable(RejectedRow row) implements Checked {}

  /**
   * The verdict on a file.
   *
   * @throws IllegalArgumentException for a folder, which is to be listed instead
   */
  @Override
  public Checked call(ListFolder.Child child) {
    counter.add(1);
    if (child instanceof ListFolder.Leaf leaf) {
      return check(leaf.file());
    }
    if (child instanceof ListFolder.Unlisted unlisted) {
      return new Unusable(unlisted.row());
    }
    throw new IllegalArgumentException("not a file: " + child);
  }

  private Checked check(ImageFile file) {
    try {
      ImageHeader header = header(file);
      if (Math.min(header.width(), header.height()) < minSize) {
        throw new ImageException(
            Reason.TOO_SMALL,
            "has "
                + header.width()
                + "x"
                + header.height()
                + " pixels, where each side must have at least "
                + minSize);
      }
      return new Usable(
          new IndexRow(
              file.uri(),
              file.imageId(),
              header.width(),
              header.height(),
              header.format(),
              header.mode(),
              file.bytes()));
    } catch (ImageException e) {
      return unusable(file, e.reason(), e.getMessage());
    } catch (IOException e) {
      return unusable(file, Reason.UNREADABLE, e.toString());
    }
  }

  private static Checked unusable(ImageFile file, Reason reason, String detail) {
    return new Unusable(new RejectedRow(file.uri(), file.imageId(), reason.label(), detail));
  }

  private ImageHeader header(ImageFile file) throws IOException, ImageException {
    ImageDecoder decoder = new ImageDecoder(maxPixels);
    HadoopFileStore store = files.store();
    if (verify) {
      byte[] whole = store.readBytes(file.uri(), file.bytes());
      ImageHeader header = decoder.header(whole);
      decoder.decode(whole);
      return header;
    }
    try (SeekableInput in = store.open(file.uri(), file.bytes())) {
      byte[] bytes = more(in, new byte[0], Math.min(FIRST_BYTES, file.bytes()));
      while (true) {
        try {
          return decoder.header(bytes);
        } catch (ImageException e) {
          if (e.reason() != Reason.TRUNCATED) {
            throw e;
          }
          int known = bytes.length;
          long rest = Math.min(file.bytes(), MOST_BYTES) - known;
          bytes = more(in, bytes, Math.min(3L * known, rest));
          if (bytes.length == known) {
            throw e;
          }
        }
      }
    }
  }

  /** What is known, and the next {@code count} bytes, in one request. */
  private static byte[] more(SeekableInput in, byte[] known, long count) throws IOException {
    byte[] bytes = Arrays.copyOf(known, known.length + (int) Math.max(0, count));
    int read = in.readNBytes(bytes, known.length, bytes.length - known.length);
    return Arrays.copyOf(bytes, known.length + read);
  }
}
