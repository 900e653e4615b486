package io.sparksr.core.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The local disk: plain paths and {@code file:} URIs. */
public final class LocalFileStore implements FileStore {

  @Override
  public SeekableInput open(String uri) throws IOException {
    Path path = path(uri);
    requireData(path);
    return new LocalInput(new RandomAccessFile(path.toFile(), "r"));
  }

  /**
   * Refuses pipes, sockets and devices: opening a pipe that nobody writes to never returns.
   *
   * @throws IOException if there is such a thing at the path; not if there is nothing
   */
  public static void requireData(Path path) throws IOException {
    try {
      if (Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
        throw new IOException(path + " (is a pipe, socket or device)");
      }
    } catch (FileSystemException e) {
      // Opening it says better what is wrong.
      return;
    }
  }

  @Override
  public OutputStream create(String uri) throws IOException {
    Path path = path(uri);
    if (path.getParent() != null) {
      Files.createDirectories(path.getParent());
    }
    return Files.newOutputStream(path);
  }

  @Override
  public Optional<FileEntry> status(String uri) throws IOException {
    Path path = path(uri);
    try {
      return Optional.of(entry(uri, path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<FileEntry> list(String uri) throws IOException {
    Path folder = path(uri);
    if (!Files.isDirectory(folder)) {
      throw new FileNotFoundException(uri);
    }
    List<FileEntry> entries = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : children.toList()) {
        entries.add(entry(Uris.child(uri, child.getFileName().toString()), child));
      }
    }
    entries.sort(Comparator.comparing(FileEntry::name));
    return entries;
  }

  @Override
  public boolean loops(String folderUri) throws IOException {
    Path folder = path(folderUri).toAbsolutePath();
    if (!Files.isSymbolicLink(folder)) {
      return false;
    }
    Path target = folder.toRealPath();
    for (Path above = folder.getParent(); above != null; above = above.getParent()) {
      if (above.toRealPath().equals(target)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void delete(String uri) throws IOException {
    Path root = path(uri);
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static FileEntry entry(String uri, Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    boolean directory = attributes.isDirectory();
    return new FileEntry(
        uri,
        Uris.name(uri),
        directory,
        directory ? 0 : attributes.size(),
        attributes.lastModifiedTime().toMillis());
  }

  private static Path path(String uri) throws IOException {
    try {
      return uri.startsWith("file:") ? Path.of(URI.create(uri)) : Path.of(uri);
    } catch (InvalidPathException e) {
      // For instance a name beyond ASCII where the locale is POSIX.
      throw new IOException(uri + ": can't be the name of a file here", e);
    }
  }

  private static final class LocalInput extends SeekableInput {
    private final RandomAccessFile file;

    LocalInput(RandomAccessFile file) {
      this.file = file;
    }

    @Override
    public long position() throws IOException {
      return file.getFilePointer();
    }

    @Override
    public void seek(long offset) throws IOException {
      file.seek(offset);
    }

    @Override
    public long length() throws IOException {
      return file.length();
    }

    @Override
    public int read() throws IOException {
      return file.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return file.read(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
