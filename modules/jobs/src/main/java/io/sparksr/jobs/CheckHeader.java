package io.sparksr.jobs;

import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.ImageHeader;
import io.sparksr.core.io.FileStore;
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
 * Finds out from a file's first bytes whether it is a usable image. Whatever the file is, the
 * outcome is a row.
 *
 * @param files where
 * @param minSize the shortest side allowed
 * @param maxPixels the most pixels allowed
 * @param counter counts files
 */
record CheckHeader(RemoteFiles files, int minSize, long maxPixels, LongAccumulator counter)
    implements Function<ListFolder.Child, CheckHeader.Checked> {
  /** Enough for nearly every header; a TIFF may need the whole file. */
  private static final int FIRST_BYTES = 1 << 16;

  private static final int MOST_BYTES = 1 << 30;

  CheckHeader(RemoteFiles files, IndexSettings settings, LongAccumulator counter) {
    this(files, settings.minSize(), settings.maxPixels(), counter);
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
    FileStore store = files.store();
    try (SeekableInput in = store.open(file.uri())) {
      byte[] bytes = in.readNBytes(FIRST_BYTES);
      boolean whole = bytes.length < FIRST_BYTES;
      while (true) {
        try {
          return decoder.header(bytes);
        } catch (ImageException e) {
          if (e.reason() != Reason.TRUNCATED || whole || bytes.length >= MOST_BYTES) {
            throw e;
          }
        }
        byte[] more = in.readNBytes(3 * bytes.length);
        whole = more.length < 3 * bytes.length;
        int known = bytes.length;
        bytes = Arrays.copyOf(bytes, known + more.length);
        System.arraycopy(more, 0, bytes, known, more.length);
      }
    }
  }
}
