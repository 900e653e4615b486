package io.sparksr.core.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Files behind URIs: a local disk, HDFS, an object store. There is no rename on purpose (on object
 * stores it is a copy): a file is written under its final name, and a manifest written after it
 * makes it count.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface FileStore {

  /**
   * Opens a file for reading.
   *
   * @throws FileNotFoundException if there is none
   */
  SeekableInput open(String uri) throws IOException;

  /**
   * Opens a file whose size is known, to read parts of it: from an object store little more than
   * what is read is transferred.
   *
   * @param bytes its size
   * @throws FileNotFoundException if there is none, now or when it is first read
   */
  default SeekableInput open(String uri, long bytes) throws IOException {
    return open(uri);
  }

  /**
   * Creates a file, replacing one that exists, and the folders it needs. On an object store nothing
   * exists until the stream is closed; a stream that is not closed leaves nothing.
   */
  OutputStream create(String uri) throws IOException;

  /** What is at a URI, if anything. */
  Optional<FileEntry> status(String uri) throws IOException;

  /**
   * The direct children of a folder, ordered by name.
   *
   * @throws FileNotFoundException if there is no such folder
   */
  List<FileEntry> list(String uri) throws IOException;

  /**
   * Whether a folder is a link to one that holds it: whoever lists what is below would never come
   * to an end.
   */
  default boolean loops(String folderUri) throws IOException {
    return false;
  }

  /** Removes a file, or a folder with all it holds. Nothing happens where there is none. */
  void delete(String uri) throws IOException;

  /** Whether there is a file or folder at a URI. */
  default boolean exists(String uri) throws IOException {
    return status(uri).isPresent();
  }

  /**
   * Reads a whole file that is known to fit into memory.
   *
   * @throws FileNotFoundException if there is none
   */
  default byte[] readBytes(String uri) throws IOException {
    try (InputStream in = open(uri)) {
      return in.readAllBytes();
    }
  }

  /**
   * Reads a whole file of a known size at once.
   *
   * @param bytes its size; no more is read, and what is missing by now is missing in the result
   * @throws FileNotFoundException if there is none
   */
  default byte[] readBytes(String uri, long bytes) throws IOException {
    byte[] content = new byte[Math.toIntExact(bytes)];
    try (SeekableInput in = open(uri, bytes)) {
      int read = in.readNBytes(content, 0, content.length);
      return read == content.length ? content : Arrays.copyOf(content, read);
    }
  }

  /** Writes a whole file. */
  default void writeBytes(String uri, byte[] bytes) throws IOException {
    try (OutputStream out = create(uri)) {
      out.write(bytes);
    }
  }
}
