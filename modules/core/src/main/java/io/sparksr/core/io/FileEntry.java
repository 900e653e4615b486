package io.sparksr.core.io;

/**
 * One file or folder.
 *
 * @param uri its full URI, which {@link FileStore} opens
 * @param name the last part of its path, decoded
 * @param directory whether it is a folder
 * @param bytes size of a file; 0 for a folder
 * @param modifiedMillis time of the last change, milliseconds since the epoch; 0 where the store
 *     has none
 * @param etag what an object store calls this version of the content; empty where there is none
 */
public record FileEntry(
    String uri, String name, boolean directory, long bytes, long modifiedMillis, String etag) {

  /** One without an ETag. */
  public FileEntry(String uri, String name, boolean directory, long bytes, long modifiedMillis) {
    this(uri, name, directory, bytes, modifiedMillis, "");
  }
}
