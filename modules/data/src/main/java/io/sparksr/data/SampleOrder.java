package io.sparksr.data;

import io.sparksr.core.Seeds;
import io.sparksr.core.UserException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which sample is where in training: a pure function of (blocks of the manifest, seed, epoch,
 * global batch size). The number of replicas is no part of it, and no step depends on an earlier
 * one.
 *
 * <p>With R rows and a global batch of G places, an epoch has K = floor(R / G) steps. Its blocks
 * are permuted and their rows, permuted within each block, laid end to end. Place p (0 to G - 1) of
 * the batch at step s (0 to K - 1) of the epoch is at position p * K + s there. So each place reads
 * its own run of blocks from one end to the other, every row is used at most once an epoch, and the
 * R - G * K rows at the end are left out; which those are changes from epoch to epoch.
 *
 * <p>Replica r of N serves the places p with p mod N = r. A lookup takes O(log B + rows of a
 * block); the permutation of B blocks is made once an epoch.
 *
 * <p>Instances may be used by several threads.
 */
public final class SampleOrder {
  private final int[] blockRows;
  private final long seed;
  private final int globalBatch;
  private final long stepsPerEpoch;

  /** The epoch looked up last; racing threads at worst make it twice. */
  private volatile EpochOrder last;

  /**
   * An order over blocks.
   *
   * @param blockRows the row count of every block, as in {@link ShardManifest#blockRows()}
   * @param seed of the training run
   * @param globalBatch places of a batch over all replicas, at least 1
   * @throws UserException (configuration) if there are fewer rows than places
   */
  public SampleOrder(int[] blockRows, long seed, int globalBatch) {
    if (globalBatch < 1) {
      throw new IllegalArgumentException("global-batch: must be at least 1, got " + globalBatch);
    }
    long rows = Arrays.stream(blockRows).asLongStream().sum();
    if (rows < globalBatch) {
      throw UserException.configuration(
          "train.global-batch: the global batch has "
              + globalBatch
              + " places, but the shards hold only "
              + rows
              + " samples. Use a smaller batch, or shard with more"
              + " crops-per-image.");
    }
    this.blockRows = blockRows.clone();
    this.seed = seed;
    this.globalBatch = globalBatch;
    this.stepsPerEpoch = rows / globalBatch;
  }

  /** How many steps an epoch has, at least 1. */
  public long stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** Places of a batch over all replicas. */
  public int globalBatch() {
    return globalBatch;
  }

  /** The seed of the training run. */
  public long seed() {
    return seed;
  }

  /** The epoch of a step, both from 0. */
  public long epochOf(long step) {
    return step / stepsPerEpoch;
  }

  /**
   * The sample at one place of one batch.
   *
   * @param step of the run, from 0, any epoch
   * @param place 0 to globalBatch - 1
   */
  public SampleRef at(long step, int place) {
    if (step < 0 || place < 0 || place >= globalBatch) {
      throw new IllegalArgumentException("no place " + place + " at step " + step);
    }
    EpochOrder epoch = epoch(epochOf(step));
    long position = place * stepsPerEpoch + step % stepsPerEpoch;
    int rank = epoch.rankOf(position);
    int block = epoch.blocks[rank];
    int offset = (int) (position - epoch.starts[rank]);
    SplittableRandom random = Seeds.random(seed, "rows", epoch.number, block);
    return new SampleRef(block, permutation(blockRows[block], random)[offset]);
  }

  /**
   * The places one replica serves, in order.
   *
   * @param rank 0 to worldSize - 1
   * @throws UserException (configuration) if some replica would have none
   */
  public int[] placesOf(int rank, int worldSize) {
    if (worldSize < 1 || rank < 0 || rank >= worldSize) {
      throw new IllegalArgumentException("no rank " + rank + " among " + worldSize);
    }
    if (globalBatch < worldSize) {
      throw UserException.configuration(
          "train.global-batch: a global batch of "
              + globalBatch
              + " leaves some of "
              + worldSize
              + " replicas without samples. Use a larger batch or fewer replicas.");
    }
    int[] places = new int[(globalBatch - rank + worldSize - 1) / worldSize];
    Arrays.setAll(places, i -> rank + i * worldSize);
    return places;
  }

  private EpochOrder epoch(long number) {
    EpochOrder epoch = last;
    if (epoch == null || epoch.number != number) {
      int[] blocks = permutation(blockRows.length, Seeds.random(seed, "blocks", number));
      long[] starts = new long[blocks.length];
      long start = 0;
      for (int rank = 0; rank < blocks.length; rank++) {
        starts[rank] = start;
        start += blockRows[blocks[rank]];
      }
      epoch = new EpochOrder(number, blocks, starts);
      last = epoch;
    }
    return epoch;
  }

  /** A uniform permutation of 0 to size - 1 (Fisher and Yates). */
  private static int[] permutation(int size, SplittableRandom random) {
    int[] permutation = new int[size];
    for (int i = 1; i < size; i++) {
      int j = random.nextInt(i + 1);
      permutation[i] = permutation[j];
      permutation[j] = i;
    }
    return permutation;
  }

  /** The blocks of one epoch in their order, and the position at which each starts. */
  private record EpochOrder(long number, int[] blocks, long[] starts) {
    int rankOf(long position) {
      int found = Arrays.binarySearch(starts, position);
      return found >= 0 ? found : -found - 2;
    }
  }
}
