package io.sparksr.data;

import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.core.io.SeekableInput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The local disk, where opening a file hangs until interrupted and the interrupt is then lost. */
final class DeafStore implements FileStore {
  private final FileStore files = new LocalFileStore();
  private final CountDownLatch opening = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);

  /** Waits until a file is being opened. */
  void awaitOpening() throws InterruptedException {
    opening.await();
  }

  @Override
  public SeekableInput open(String uri) throws IOException {
    try {
      opening.countDown();
      never.await();
    } catch (InterruptedException e) {
      never.countDown();
    }
    return files.open(uri);
  }

  @Override
  public OutputStream create(String uri) throws IOException {
    return files.create(uri);
  }

  @Override
  public Optional<FileEntry> status(String uri) throws IOException {
    return files.status(uri);
  }

  @Override
  public List<FileEntry> list(String uri) throws IOException {
    return files.list(uri);
  }

  @Override
  public void delete(String uri) throws IOException {
    files.delete(uri);
  }
}
