package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.Seeds;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShardPlanTest {
  @Test
  void theNumberOfShardsFollowsFromTheSizeOfTheRows() {
    ShardSettings settings =
        new ShardSettings(96, 4, 3, "pillow-bicubic", 1 << 20, 64, "none", 0, 1000, 1);
    // 29376 bytes a row: 35.7 rows a shard.
    assertThat(ShardPlan.of(0, settings).shardCount()).isEqualTo(1);
    assertThat(ShardPlan.of(11, settings).shardCount()).isEqualTo(1);
    assertThat(ShardPlan.of(12, settings).shardCount()).isEqualTo(2);
    assertThat(ShardPlan.of(1_000_000, settings).shardCount()).isEqualTo(84_046);
  }

  @Test
  void theShardIsTheHashAsAFractionOfAllHashes() {
    ShardPlan plan = new ShardPlan(9, 1000);
    int[] counts = new int[1000];
    for (int i = 0; i < 20_000; i++) {
      String id = "image-" + i;
      int shard = plan.shardOf(id);
      counts[shard]++;
      long hash = Seeds.hash(9, "shard", Seeds.hash(id));
      BigInteger exact =
          new BigInteger(Long.toUnsignedString(hash))
              .multiply(BigInteger.valueOf(1000))
              .shiftRight(64);
      assertThat(shard).isEqualTo(exact.intValueExact());
    }
    // Expected 20 each; a Poisson tail beyond these is less likely than 1 in 10,000.
    assertThat(Arrays.stream(counts)).allMatch(count -> count >= 2 && count <= 50);
  }

  @Test
  void theOrderOfRowsDoesNotDependOnHowTheyArrive() {
    List<ShardRow> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(Samples.row(i));
    }
    ShardPlan plan = new ShardPlan(1, 1);
    List<ShardRow> sorted = rows.stream().sorted(plan.order()).toList();
    Collections.shuffle(rows, new Random(1));
    assertThat(rows.stream().sorted(plan.order()).toList()).isEqualTo(sorted);
    assertThat(rows.stream().sorted(new ShardPlan(2, 1).order()).toList()).isNotEqualTo(sorted);
    // Neither grouped by image nor by name.
    assertThat(sorted.stream().map(ShardRow::imageId).toList())
        .isNotEqualTo(sorted.stream().map(ShardRow::imageId).sorted().toList());
  }
}
