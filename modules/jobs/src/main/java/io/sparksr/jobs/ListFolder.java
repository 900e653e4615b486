package io.sparksr.jobs;

import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.io.FileEntry;
import io.sparksr.data.RejectedRow;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;
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
    Predicate<String> wanted = folder.wanted();
    try {
      Iterator<FileEntry> entries = files.store().children(folder.uri());
      return new Children(folder, wanted, entries);
    } catch (IOException e) {
      return List.of(unlisted(folder, e)).iterator();
    }
  }

  private static Child unlisted(InputRoots.Folder folder, IOException problem) {
    return new Unlisted(
        new RejectedRow(
            folder.uri(), folder.idPrefix(), Reason.UNREADABLE.label(), "not listed: " + problem));
  }

  private Optional<Child> child(
      InputRoots.Folder folder, Predicate<String> wanted, FileEntry entry) {
    if (Hidden.test(entry.name()) || entry.uri().equals(skipped) || !wanted.test(entry.name())) {
      return Optional.empty();
    }
    String id = folder.idPrefix() + entry.name();
    if (entry.directory()) {
      return Optional.of(new SubFolder(new InputRoots.Folder(entry.uri(), id + "/")));
    }
    counter.add(1);
    return Optional.of(new Leaf(new ImageFile(entry.uri(), id, entry.bytes())));
  }

  /** One after the other as the store lists them: a folder may hold more than memory does. */
  private final class Children implements Iterator<Child> {
    private final InputRoots.Folder folder;
    private final Predicate<String> wanted;
    private final Iterator<FileEntry> entries;
    private Optional<Child> next = Optional.empty();
    private boolean failed;

    Children(InputRoots.Folder folder, Predicate<String> wanted, Iterator<FileEntry> entries) {
      this.folder = folder;
      this.wanted = wanted;
      this.entries = entries;
    }

    @Override
    public boolean hasNext() {
      try {
        while (next.isEmpty() && !failed && entries.hasNext()) {
          next = child(folder, wanted, entries.next());
        }
      } catch (UncheckedIOException e) {
        failed = true;
        next = Optional.of(unlisted(folder, e.getCause()));
      }
      return next.isPresent();
    }

    @Override
    public Child next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Child child = next.get();
      next = Optional.empty();
      return child;
    }
  }
}
