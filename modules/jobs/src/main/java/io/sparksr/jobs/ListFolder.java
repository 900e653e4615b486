package io.sparksr.jobs;

import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.io.FileEntry;
import io.sparksr.data.RejectedRow;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;

/**
 * Lists the direct children of a folder on an executor.
 *
 * @param files where
 * @param skipped URI of a folder that is not entered: the job's own output
 * @param counter counts files
 */
record ListFolder(RemoteFiles files, String skipped, LongAccumulator counter)
    implements FlatMapFunction<InputRoots.Folder, ListFolder.Child> {

  /** What is found in a folder. */
  sealed interface Child extends Serializable {}

  /** A folder in it. */
  record SubFolder(InputRoots.Folder folder) implements Child {}

  /** A file in it. */
  record Leaf(ImageFile file) implements Child {}

  /** The folder itself, where it can't be listed. */
  record Unlisted(RejectedRow row) implements Child {}

  @Override
  public Iterator<Child> call(InputRoots.Folder folder) {
    List<Child> children = new ArrayList<>();
    try {
      for (FileEntry entry : files.store().list(folder.uri())) {
        String id = folder.idPrefix() + entry.name();
        if (Hidden.test(entry.name()) || entry.uri().equals(skipped)) {
          continue;
        }
        if (entry.directory()) {
          children.add(new SubFolder(new InputRoots.Folder(entry.uri(), id + "/")));
        } else {
          children.add(new Leaf(new ImageFile(entry.uri(), id, entry.bytes())));
          counter.add(1);
        }
      }
    } catch (IOException e) {
      RejectedRow row =
          new RejectedRow(
              folder.uri(), folder.idPrefix(), Reason.UNREADABLE.label(), "not listed: " + e);
      return List.<Child>of(new Unlisted(row)).iterator();
    }
    return children.iterator();
  }
}
