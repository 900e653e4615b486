package io.sparksr.jobs;

import io.sparksr.core.io.FileEntry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.Path;

/** The children of a folder on the local disk, with one look at each; closes itself at the end. */
final class LocalChildren implements Iterator<FileEntry> {
  private final Path folder;
  private final DirectoryStream<java.nio.file.Path> stream;
  private final Iterator<java.nio.file.Path> paths;

  private LocalChildren(Path folder, DirectoryStream<java.nio.file.Path> stream) {
    this.folder = folder;
    this.stream = stream;
    this.paths = stream.iterator();
  }

  // Closed where the iteration ends.
  @SuppressWarnings("StreamResourceLeak")
  static LocalChildren of(Path folder) throws IOException {
    try {
      return new LocalChildren(folder, Files.newDirectoryStream(local(folder)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw new FileNotFoundException(folder + ": is no folder");
    }
  }

  /**
   * The path on the local disk.
   *
   * @throws IOException if it can't be one
   */
  static java.nio.file.Path local(Path path) throws IOException {
    try {
      return java.nio.file.Path.of(path.toUri().getPath());
    } catch (InvalidPathException e) {
      // For instance a name beyond ASCII where the locale is POSIX.
      throw new IOException(path + ": can't be the name of a file here", e);
    }
  }

  @Override
  public boolean hasNext() {
    try {
      if (paths.hasNext()) {
        return true;
      }
      stream.close();
      return false;
    } catch (DirectoryIteratorException e) {
      throw new UncheckedIOException(e.getCause());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FileEntry next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    java.nio.file.Path path = paths.next();
    String name = path.getFileName().toString();
    // As Hadoop does it: a name with a colon is no URI.
    String uri = new Path(folder, new Path(null, null, name)).toString();
    try {
      BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
      boolean isFolder = found.isDirectory();
      return new FileEntry(
          uri, name, isFolder, isFolder ? 0 : found.size(), found.lastModifiedTime().toMillis());
    } catch (IOException e) {
      // A link to nowhere, or a file that was just removed: reading it will say so.
      return new FileEntry(uri, name, false, 0, 0);
    }
  }
}
