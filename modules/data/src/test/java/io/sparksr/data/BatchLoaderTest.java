package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.data.BatchLoader.Augment;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BatchLoaderTest {
  private static final int HR_BYTES = 3 * Samples.CROP * Samples.CROP;
  private static final int GLOBAL_BATCH = 5;

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
      for (Batch batch : load(1, 0, 0, Augment.OFF, 9)) {
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
    List<Batch> one = load(1, 0, 0, Augment.ON, 9);
    for (int worldSize = 2; worldSize <= 3; worldSize++) {
      for (int rank = 0; rank < worldSize; rank++) {
        List<Batch> own = load(worldSize, rank, 0, Augment.ON, 9);
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
    List<Batch> whole = load(1, 0, 0, Augment.ON, 12);
    List<Batch> resumed = load(1, 0, 7, Augment.ON, 5);
    for (int i = 0; i < resumed.size(); i++) {
      assertThat(resumed.get(i)).usingRecursiveComparison().isEqualTo(whole.get(7 + i));
    }
  }

  @Test
  void augmentedSamplesAreTheirRowsFlippedAndTurned() throws IOException {
    List<Batch> plain = load(1, 0, 0, Augment.OFF, 6);
    List<Batch> augmented = load(1, 0, 0, Augment.ON, 6);
    int changed = 0;
    for (int step = 0; step < 6; step++) {
      for (int place = 0; place < GLOBAL_BATCH; place++) {
        Batch batch = augmented.get(step);
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
  void aBrokenShardSurfacesInNextAndStays() throws IOException {
    Path file = folder.resolve(ShardPlan.path(1));
    Files.write(file, new byte[] {1, 2, 3});
    try (ShardDataset dataset = ShardDataset.open(files, uri);
        BatchLoader loader =
            BatchLoader.start(
                order(), dataset, new BatchLoader.Options(0, 1, 0, Augment.OFF, 1 << 20))) {
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
            BatchLoader.start(
                order(), dataset, new BatchLoader.Options(0, 1, 0, Augment.OFF, 1 << 20))) {
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
      BatchLoader loader =
          BatchLoader.start(
              order(), dataset, new BatchLoader.Options(0, 1, 0, Augment.OFF, 1 << 20));
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
      BatchLoader loader =
          BatchLoader.start(
              order(), dataset, new BatchLoader.Options(0, 1, 0, Augment.OFF, 1 << 20));
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

  private List<Batch> load(int worldSize, int rank, long startStep, Augment augment, int count)
      throws IOException {
    List<Batch> batches = new ArrayList<>();
    try (ShardDataset dataset = ShardDataset.open(files, uri);
        BatchLoader loader =
            BatchLoader.start(
                order(),
                dataset,
                new BatchLoader.Options(rank, worldSize, startStep, augment, 0))) {
      for (int i = 0; i < count; i++) {
        batches.add(loader.next());
      }
    }
    return batches;
  }

  private static byte[] hr(Batch batch, int index) {
    return Arrays.copyOfRange(batch.hr(), index * HR_BYTES, (index + 1) * HR_BYTES);
  }
}
