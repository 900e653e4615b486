package io.sparksr.jobs;

import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
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

  /** What becomes a row of the index. */
  sealed interface Entry extends Child {
    String uri();

    String imageId();

    /** The same under another id. */
    Entry named(String imageId);
  }

  /** A folder in it. */
  record SubFolder(InputRoots.Folder folder) implements Child {}

  /** A file in it. */
  record Leaf(ImageFile file) implements Entry {
    @Override
    public String uri() {
      return file.uri();
    }

    @Override
    public String imageId() {
      return file.imageId();
    }

    @Override
    public Entry named(String imageId) {
      return new Leaf(new ImageFile(file.uri(), imageId, file.bytes()));
    }
  }

  /** A folder that can't be listed. */
  record Unlisted(RejectedRow row) implements Entry {
    static Unlisted of(String uri, String imageId, String detail) {
      return new Unlisted(new RejectedRow(uri, imageId, Reason.UNREADABLE.label(), detail));
    }

    @Override
    public String uri() {
      return row.uri();
    }

    @Override
    public String imageId() {
      return row.imageId();
    }

    @Override
    public Entry named(String imageId) {
      return new Unlisted(new RejectedRow(row.uri(), imageId, row.reason(), row.detail()));
    }
  }

  @Override
  public Iterator<Child> call(InputRoots.Folder folder) {
    HadoopFileStore store = files.store();
    Predicate<String> wanted = folder.wanted();
    try {
      return new Children(store, folder, wanted, store.children(folder.uri()));
    } catch (IOException e) {
      return List.of(unlisted(folder.uri(), folder.idPrefix(), e)).iterator();
    }
  }

  private static Child unlisted(String uri, String imageId, IOException problem) {
    return Unlisted.of(uri, imageId, "not listed: " + problem);
  }

  private static Child subFolder(FileStore store, String uri, String id) {
    try {
      return store.loops(uri)
          ? Unlisted.of(uri, id, "not listed: is a link to a folder above it")
          : new SubFolder(new InputRoots.Folder(uri, id + "/"));
    } catch (IOException e) {
      return unlisted(uri, id, e);
    }
  }

  /** One after the other as the store lists them: a folder may hold more than memory does. */
  private final class Children implements Iterator<Child> {
    private final FileStore store;
    private final InputRoots.Folder folder;
    private final Predicate<String> wanted;
    private final Iterator<FileEntry> entries;
    private Optional<Child> next = Optional.empty();
    private boolean failed;

    Children(
        FileStore store,
        InputRoots.Folder folder,
        Predicate<String> wanted,
        Iterator<FileEntry> entries) {
      this.store = store;
      this.folder = folder;
      this.wanted = wanted;
      this.entries = entries;
    }

    @Override
    public boolean hasNext() {
      try {
        while (next.isEmpty() && !failed && entries.hasNext()) {
          next = child(entries.next());
        }
      } catch (UncheckedIOException e) {
        failed = true;
        next = Optional.of(unlisted(folder.uri(), folder.idPrefix(), e.getCause()));
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

    private Optional<Child> child(FileEntry entry) {
      if (Hidden.test(entry.name()) || entry.uri().equals(skipped) || !wanted.test(entry.name())) {
        return Optional.empty();
      }
      String id = folder.idPrefix() + entry.name();
      if (entry.directory()) {
        return Optional.of(subFolder(store, entry.uri(), id));
      }
      counter.add(1);
      return Optional.of(new Leaf(new ImageFile(entry.uri(), id, entry.bytes())));
    }
  }
}
