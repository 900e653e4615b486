package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.data.BatchLoader.Augment;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BatchLoaderTest {
  private static final int HR_BYTES = 3 * Samples.CROP * Samples.CROP;
  private static final int GLOBAL_BATCH = 5;
  private static final BatchLoader.Scaling LR_SCALING =
      new BatchLoader.Scaling(new float[] {2, 2, 2}, new float[] {4, 4, 4});
  private static final BatchLoader.Scaling HR_SCALING =
      new BatchLoader.Scaling(new float[] {1, 1, 1}, new float[3]);

  private final FileStore files = new LocalFileStore();
  @TempDir private Path folder;
  private String uri;
  private ShardManifest manifest;

  @BeforeEach
  void writeShards() throws IOException {
    uri = folder.toString();
    manifest = Samples.dataset(files, uri, 4, 13, 10);
  }

  @Test
  void aBatchHoldsTheRowsTheOrderNames() throws IOException {
    SampleOrder order = order();
    try (ShardDataset dataset = ShardDataset.open(files, uri)) {
      for (Copy batch : load(1, 0, 0, Augment.OFF, 9)) {
        assertThat(batch.epoch()).isEqualTo(batch.step() / 4);
        assertThat(batch.size()).isEqualTo(GLOBAL_BATCH);
        for (int place = 0; place < GLOBAL_BATCH; place++) {
          SampleRef ref = order.at(batch.step(), place);
          ShardRow row = dataset.readBlock(ref.block()).rows().get(ref.row());
          assertThat(batch.samples().get(place)).isEqualTo(new SampleId(row.imageId(), row.crop()));
          assertThat(hr(batch, place)).isEqualTo(row.hr());
          assertThat(Arrays.copyOfRange(batch.lr(), place * 12, (place + 1) * 12))
              .isEqualTo(row.lr());
        }
      }
    }
  }

  @Test
  void replicasTogetherLoadTheBatchesOfOne() throws IOException {
    List<Copy> one = load(1, 0, 0, Augment.ON, 9);
    for (int worldSize = 2; worldSize <= 3; worldSize++) {
      for (int rank = 0; rank < worldSize; rank++) {
        List<Copy> own = load(worldSize, rank, 0, Augment.ON, 9);
        for (int step = 0; step < own.size(); step++) {
          for (int i = 0; i < own.get(step).size(); i++) {
            int place = rank + i * worldSize;
            assertThat(own.get(step).samples().get(i))
                .isEqualTo(one.get(step).samples().get(place));
            assertThat(hr(own.get(step), i)).isEqualTo(hr(one.get(step), place));
          }
        }
      }
    }
  }

  @Test
  void loadingFromAStepOnContinuesTheRun() throws IOException {
    List<Copy> whole = load(1, 0, 0, Augment.ON, 12);
    List<Copy> resumed = load(1, 0, 7, Augment.ON, 5);
    for (int i = 0; i < resumed.size(); i++) {
      assertThat(resumed.get(i)).usingRecursiveComparison().isEqualTo(whole.get(7 + i));
    }
  }

  @Test
  void augmentedSamplesAreTheirRowsFlippedAndTurned() throws IOException {
    List<Copy> plain = load(1, 0, 0, Augment.OFF, 6);
    List<Copy> augmented = load(1, 0, 0, Augment.ON, 6);
    int changed = 0;
    for (int step = 0; step < 6; step++) {
      for (int place = 0; place < GLOBAL_BATCH; place++) {
        Copy batch = augmented.get(step);
        Augmentation symmetry = Augmentation.draw(77, batch.epoch(), batch.samples().get(place));
        byte[] expected = new byte[HR_BYTES];
        symmetry.apply(hr(plain.get(step), place), Samples.CROP, expected, 0);
        assertThat(hr(batch, place)).isEqualTo(expected);
        changed += symmetry.equals(Augmentation.NONE) ? 0 : 1;
      }
    }
    assertThat(changed).isBetween(15, 30);
  }

  @Test
  void aBatchStaysAsItIsUntilTheNextThoughBuffersAreUsedAgain() throws Exception {
    List<Copy> expected = load(1, 0, 0, Augment.ON, 12);
    Set<ByteBuffer> memory = Collections.newSetFromMap(new IdentityHashMap<>());
    try (ShardDataset dataset = ShardDataset.open(files, uri);
        BatchLoader loader =
            start(dataset, new BatchLoader.Options(0, 1, 0, Augment.ON, 1 << 20))) {
      for (int step = 0; step < 12; step++) {
        Batch batch = loader.next();
        memory.add(batch.hr());
        // Until the thread has prepared all it may and waits for memory or room.
        Awaitility.await().until(() -> waiting("batch-loader-0"));
        assertThat(copy(batch)).usingRecursiveComparison().isEqualTo(expected.get(step));
      }
    }
    assertThat(memory).hasSize(4);
  }

  private static boolean waiting(String thread) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(t -> t.getName().equals(thread) && t.getState() == Thread.State.WAITING);
  }

  @Test
  void aBrokenShardSurfacesInNextAndStays() throws IOException {
    Path file = folder.resolve(ShardPlan.path(1));
    Files.write(file, new byte[] {1, 2, 3});
    try (ShardDataset dataset = ShardDataset.open(files, uri);
        BatchLoader loader =
            start(dataset, new BatchLoader.Options(0, 1, 0, Augment.OFF, 1 << 20))) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(
                () -> {
                  for (int step = 0; step < 20; step++) {
                    loader.next();
                  }
                })
            .isInstanceOf(UserException.class)
            .hasMessageStartingWith(file + ": has 3 bytes where its manifest says ");
      }
    }
  }

  @Test
  void aWaitingCallerCanBeInterrupted() throws IOException {
    try (ShardDataset dataset = ShardDataset.open(files, uri);
        BatchLoader loader =
            start(dataset, new BatchLoader.Options(0, 1, 0, Augment.OFF, 1 << 20))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(loader::next)
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("interrupted while waiting for a batch");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(loader.next().step()).isZero();
    }
  }

  @Test
  void closingStopsTheThread() throws IOException {
    try (ShardDataset dataset = ShardDataset.open(files, uri)) {
      BatchLoader loader = start(dataset, new BatchLoader.Options(0, 1, 0, Augment.OFF, 1 << 20));
      loader.next();
      loader.close();
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().equals("batch-loader-0"));
      assertThatThrownBy(loader::next)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the loader is closed");
    }
  }

  @Test
  @Timeout(10)
  void closingStopsTheThreadThoughStorageSwallowsTheInterrupt() throws Exception {
    DeafStore deaf = new DeafStore();
    try (ShardDataset dataset = ShardDataset.open(deaf, uri, manifest)) {
      BatchLoader loader = start(dataset, new BatchLoader.Options(0, 1, 0, Augment.OFF, 1 << 20));
      deaf.awaitOpening();
      loader.close();
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().equals("batch-loader-0"));
    }
  }

  @Test
  void theCacheKeepsToItsBytesButHoldsWhatAStepNeeds() throws IOException {
    try (ShardDataset dataset = ShardDataset.open(files, uri)) {
      long blockBytes = 4L * (HR_BYTES + 12);
      BlockCache roomy = new BlockCache(dataset, 2 * blockBytes, 1);
      BlockCache tight = new BlockCache(dataset, 0, 3);
      Block first = roomy.get(0);
      for (int block = 0; block < 4; block++) {
        roomy.get(block);
        tight.get(block);
      }
      assertThat(roomy.size()).isEqualTo(2);
      assertThat(tight.size()).isEqualTo(3);
      assertThat(tight.get(1)).isSameAs(tight.get(1));
      assertThat(roomy.get(0)).isNotSameAs(first);
    }
  }

  private SampleOrder order() {
    return new SampleOrder(manifest.blockRows(), 77, GLOBAL_BATCH);
  }

  private List<Copy> load(int worldSize, int rank, long startStep, Augment augment, int count)
      throws IOException {
    List<Copy> batches = new ArrayList<>();
    try (ShardDataset dataset = ShardDataset.open(files, uri);
        BatchLoader loader =
            start(dataset, new BatchLoader.Options(rank, worldSize, startStep, augment, 0))) {
      for (int i = 0; i < count; i++) {
        batches.add(copy(loader.next()));
      }
    }
    return batches;
  }

  private BatchLoader start(ShardDataset dataset, BatchLoader.Options options) {
    return BatchLoader.start(order(), dataset, options, LR_SCALING, HR_SCALING);
  }

  private static byte[] hr(Copy batch, int index) {
    return Arrays.copyOfRange(batch.hr(), index * HR_BYTES, (index + 1) * HR_BYTES);
  }

  /** A batch's pixels before scaling, (N, h, w, 3). */
  private static Copy copy(Batch batch) {
    return new Copy(
        batch.step(),
        batch.epoch(),
        batch.size(),
        pixels(batch.lr(), batch.size(), 2, 4),
        pixels(batch.hr(), batch.size(), 1, 0),
        batch.samples());
  }

  private static byte[] pixels(ByteBuffer planar, int count, int factor, int shift) {
    int values = planar.capacity() / Float.BYTES;
    int plane = values / count / 3;
    byte[] pixels = new byte[values];
    for (int i = 0; i < values; i++) {
      int channel = i / plane % 3;
      float value = planar.getFloat(i * Float.BYTES);
      pixels[i / (3 * plane) * 3 * plane + i % plane * 3 + channel] =
          (byte) Math.round((value - shift) / factor);
    }
    return pixels;
  }

  private record Copy(
      long step, long epoch, int size, byte[] lr, byte[] hr, List<SampleId> samples) {}
}
