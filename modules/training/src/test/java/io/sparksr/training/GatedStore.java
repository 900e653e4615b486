package io.sparksr.training;

import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.core.io.SeekableInput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** The local disk, with something that happens before a file is created. */
record GatedStore(LocalFileStore disk, Gate gate) implements FileStore {
  /** Called with the URI of a file before it is created. */
  interface Gate {
    void before(String uri) throws IOException;
  }

  @Override
  public OutputStream create(String uri) throws IOException {
    gate.before(uri);
    return disk.create(uri);
  }

  @Override
  public SeekableInput open(String uri) throws IOException {
    return disk.open(uri);
  }

  @Override
  public Optional<FileEntry> status(String uri) throws IOException {
    return disk.status(uri);
  }

  @Override
  public List<FileEntry> list(String uri) throws IOException {
    return disk.list(uri);
  }

  @Override
  public void delete(String uri) throws IOException {
    disk.delete(uri);
  }
}
