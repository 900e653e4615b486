package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.core.io.SeekableInput;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * Any file system Hadoop knows, by the scheme of the URI; a URI without scheme means the default
 * file system. As always with Hadoop, URIs are plain text: nothing in them is percent-decoded. On
 * the local disk no checksum files are written beside ours. The models that come along are below
 * {@code bundled:}.
 */
public final class HadoopFileStore implements FileStore {
  /** Opens without a buffer of its own, which would cost more than to read a small file. */
  private static final LocalFileStore LOCAL = new LocalFileStore();

  private final Configuration configuration;

  /** By scheme and authority: Hadoop's own table asks for the user each time. */
  private final Map<String, FileSystem> fileSystems = new ConcurrentHashMap<>();

  /** A store with the settings and credentials of a Hadoop configuration. */
  public HadoopFileStore(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  public SeekableInput open(String uri) throws IOException {
    if (BundledModels.isBundled(uri)) {
      return BundledModels.open(uri);
    }
    Path path = path(uri);
    FileSystem fs = fileSystem(path);
    if (fs instanceof RawLocalFileSystem) {
      LocalFileStore.requireData(LocalChildren.local(path));
    }
    return new HadoopInput(fs.open(path), fs, path);
  }

  /**
   * Without asking for the size again, and for a part at a time: on S3A one request, of no more
   * than what is read and its read-ahead.
   */
  @Override
  public SeekableInput open(String uri, long bytes) throws IOException {
    Path path = path(uri);
    FileSystem fs = fileSystem(path);
    if (fs instanceof RawLocalFileSystem) {
      return LOCAL.open(path.toUri().getPath());
    }
    FileStatus known = new FileStatus(bytes, false, 1, 0, 0, fs.makeQualified(path));
    try {
      return new HadoopInput(
          fs.openFile(path)
              .opt("fs.s3a.experimental.input.fadvise", "random")
              .withFileStatus(known)
              .build()
              .get(),
          fs,
          path);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(uri + ": interrupted while it was opened");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause
          ? cause
          : new IOException(uri + ": can't be opened", e.getCause());
    }
  }

  @Override
  public OutputStream create(String uri) throws IOException {
    Path path = path(uri);
    FileSystem fs = fileSystem(path);
    return new HadoopOutput(fs.create(path, true), fs, path);
  }

  @Override
  public Optional<FileEntry> status(String uri) throws IOException {
    if (BundledModels.isBundled(uri)) {
      return BundledModels.status(uri);
    }
    Path path = path(uri);
    try {
      return Optional.of(entry(fileSystem(path).getFileStatus(path)));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<FileEntry> list(String uri) throws IOException {
    Path path = path(uri);
    FileSystem fs = fileSystem(path);
    FileStatus[] children = fs.listStatus(path);
    // Hadoop lists a file as itself.
    if (children.length == 1
        && children[0].isFile()
        && children[0].getPath().equals(fs.makeQualified(path))) {
      throw new FileNotFoundException(uri + ": is a file, not a folder");
    }
    return entries(children);
  }

  /**
   * The direct children of a folder in any order, a page at a time.
   *
   * @throws IOException if it can't be listed; later, the iterator throws {@link
   *     UncheckedIOException}
   */
  Iterator<FileEntry> children(String uri) throws IOException {
    Path path = path(uri);
    FileSystem fs = fileSystem(path);
    if (fs instanceof RawLocalFileSystem) {
      // Hadoop asks three times for each file.
      return LocalChildren.of(fs.makeQualified(path));
    }
    RemoteIterator<FileStatus> statuses = fs.listStatusIterator(path);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        try {
          return statuses.hasNext();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public FileEntry next() {
        try {
          return entry(statuses.next());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /**
   * The files and folders that match a Hadoop pattern ({@code *}, {@code ?}, {@code [a-c]}, {@code
   * {a,b}}), ordered by URI.
   */
  List<FileEntry> glob(String pattern) throws IOException {
    Path path = path(pattern);
    FileStatus[] matches = fileSystem(path).globStatus(path);
    return matches == null ? List.of() : entries(matches);
  }

  @Override
  public boolean loops(String folderUri) throws IOException {
    Path path = path(folderUri);
    return fileSystem(path) instanceof RawLocalFileSystem
        && LOCAL.loops(LocalChildren.local(path).toString());
  }

  @Override
  public void delete(String uri) throws IOException {
    Path path = path(uri);
    fileSystem(path).delete(path, true);
  }

  /** The full URI of a path, as {@link FileEntry#uri()} gives it; the file need not exist. */
  String absolute(String uri) throws IOException {
    Path path = path(uri);
    return fileSystem(path).makeQualified(path).toString();
  }

  /** Hadoop takes {@code s3a://bucket} for the user's home in it; what is meant is its root. */
  private static Path path(String uri) {
    try {
      Path path = new Path(uri);
      return path.toUri().getPath().isEmpty() ? new Path(uri + "/") : path;
    } catch (IllegalArgumentException e) {
      throw UserException.input(
          "'"
              + uri
              + "': is no URI that Hadoop reads ("
              + e.getMessage()
              + "). Where it is a relative path with a colon, put ./ before it.",
          e);
    }
  }

  private FileSystem fileSystem(Path path) throws IOException {
    String root = path.toUri().getScheme() + "://" + path.toUri().getAuthority();
    FileSystem known = fileSystems.get(root);
    if (known == null) {
      known = newFileSystem(path);
      fileSystems.put(root, known);
    }
    return known;
  }

  private FileSystem newFileSystem(Path path) throws IOException {
    try {
      FileSystem fs = path.getFileSystem(configuration);
      return fs instanceof LocalFileSystem local ? local.getRawFileSystem() : fs;
    } catch (UnsupportedFileSystemException e) {
      throw UserException.input(
          path
              + ": Hadoop knows no file system for this scheme. Use file, hdfs or s3a, or add the"
              + " file system's jar.",
          e);
    }
  }

  private static List<FileEntry> entries(FileStatus[] statuses) {
    return Arrays.stream(statuses)
        .map(HadoopFileStore::entry)
        .sorted(Comparator.comparing(FileEntry::uri))
        .toList();
  }

  private static FileEntry entry(FileStatus status) {
    return new FileEntry(
        status.getPath().toString(),
        status.getPath().getName(),
        status.isDirectory(),
        status.isDirectory() ? 0 : status.getLen(),
        status.getModificationTime(),
        status instanceof EtagSource source && source.getEtag() != null ? source.getEtag() : "");
  }
}
