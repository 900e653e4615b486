package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleOrderTest {
  /** 46 rows. */
  private static final int[] BLOCKS = {8, 8, 3, 8, 8, 8, 3};

  private final SampleOrder order = new SampleOrder(BLOCKS, 1, 4);

  @Test
  void anEpochUsesEveryRowAtMostOnceAndDropsTheRemainder() {
    assertThat(order.stepsPerEpoch()).isEqualTo(11);
    for (long epoch = 0; epoch < 5; epoch++) {
      List<SampleRef> used = epoch(order, epoch);
      assertThat(used).hasSize(44).doesNotHaveDuplicates();
      assertThat(used).allMatch(ref -> ref.row() >= 0 && ref.row() < BLOCKS[ref.block()]);
    }
  }

  @Test
  void withoutARemainderAnEpochUsesEveryRow() {
    Set<SampleRef> all = new HashSet<>();
    for (int block = 0; block < BLOCKS.length; block++) {
      for (int row = 0; row < BLOCKS[block]; row++) {
        all.add(new SampleRef(block, row));
      }
    }
    assertThat(epoch(new SampleOrder(BLOCKS, 1, 2), 3)).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void anyNumberOfReplicasServesTheSamePlaces() {
    for (int worldSize = 1; worldSize <= 4; worldSize++) {
      List<Integer> places = new ArrayList<>();
      for (int rank = 0; rank < worldSize; rank++) {
        int n = worldSize;
        int r = rank;
        int[] own = order.placesOf(rank, worldSize);
        assertThat(IntStream.of(own)).isSorted().allMatch(place -> place % n == r);
        IntStream.of(own).forEach(places::add);
      }
      assertThat(places).containsExactlyInAnyOrder(0, 1, 2, 3);
    }
  }

  @Test
  void aStepReachedDirectlyEqualsTheSameStepReachedInTurn() {
    List<List<SampleRef>> inTurn = new ArrayList<>();
    for (long step = 0; step < 40; step++) {
      inTurn.add(batch(order, step));
    }
    for (int step : new int[] {39, 0, 23, 11, 10, 22, 5}) {
      assertThat(batch(new SampleOrder(BLOCKS, 1, 4), step)).isEqualTo(inTurn.get(step));
      assertThat(batch(order, step)).isEqualTo(inTurn.get(step));
    }
  }

  @Test
  void epochsAndSeedsDiffer() {
    assertThat(epoch(order, 1)).isNotEqualTo(epoch(order, 0));
    assertThat(epoch(new SampleOrder(BLOCKS, 2, 4), 0)).isNotEqualTo(epoch(order, 0));
    assertThat(new HashSet<>(epoch(order, 1))).isNotEqualTo(new HashSet<>(epoch(order, 0)));
  }

  @Test
  void rowsWithinABlockArePermutedAnewEachEpoch() {
    SampleOrder single = new SampleOrder(new int[] {64}, 1, 1);
    List<Integer> rows = epoch(single, 0).stream().map(SampleRef::row).toList();
    assertThat(rows).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 64).boxed().toList());
    assertThat(rows).isNotEqualTo(IntStream.range(0, 64).boxed().toList());
    assertThat(epoch(single, 1).stream().map(SampleRef::row).toList()).isNotEqualTo(rows);
  }

  @Test
  void aPlaceReadsItsBlocksOneAfterTheOther() {
    int[] blocks = new int[50];
    Arrays.fill(blocks, 64);
    SampleOrder large = new SampleOrder(blocks, 1, 16);
    for (int place = 0; place < 16; place++) {
      int changes = 0;
      for (long step = 1; step < large.stepsPerEpoch(); step++) {
        if (large.at(step, place).block() != large.at(step - 1, place).block()) {
          changes++;
        }
      }
      // 200 rows of blocks of 64.
      assertThat(changes).isBetween(3, 4);
    }
  }

  @Test
  void theOrderStaysTheSameFromVersionToVersion() {
    assertThat(batch(order, 0))
        .containsExactly(
            new SampleRef(0, 2), new SampleRef(4, 3), new SampleRef(1, 3), new SampleRef(5, 1));
    assertThat(batch(order, 25))
        .containsExactly(
            new SampleRef(5, 3), new SampleRef(1, 3), new SampleRef(6, 0), new SampleRef(2, 2));
  }

  @Test
  void fewerRowsThanPlacesAreRefused() {
    assertThat(new SampleOrder(BLOCKS, 1, 46).stepsPerEpoch()).isEqualTo(1);
    assertThatThrownBy(() -> new SampleOrder(BLOCKS, 1, 47))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "train.global-batch: the global batch has 47 places, but the shards hold only 46"
                + " samples. Use a smaller batch, or shard with more crops-per-image.");
  }

  @Test
  void replicasWithoutPlacesAreRefused() {
    assertThatThrownBy(() -> order.placesOf(0, 5))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "train.global-batch: a global batch of 4 leaves some of 5 replicas without samples. Use a"
                + " larger batch or fewer replicas.");
  }

  private static List<SampleRef> batch(SampleOrder order, long step) {
    return IntStream.range(0, order.globalBatch()).mapToObj(p -> order.at(step, p)).toList();
  }

  private static List<SampleRef> epoch(SampleOrder order, long epoch) {
    List<SampleRef> refs = new ArrayList<>();
    for (long s = 0; s < order.stepsPerEpoch(); s++) {
      refs.addAll(batch(order, epoch * order.stepsPerEpoch() + s));
    }
    return refs;
  }
}
