package io.sparksr.data;

import io.sparksr.core.Seeds;
import java.io.Serializable;
import java.util.Comparator;
import java.util.Locale;

/**
 * Which shard an image's crops belong to and in which order they lie there: a function of (seed,
 * image id, crop) and the number of shards, so every shard can be made by itself, anywhere, with
 * the same bytes, without moving pixels. All crops of an image share a shard, so that it is decoded
 * once.
 *
 * @param seed of the crops
 * @param shardCount at least 1
 */
public record ShardPlan(long seed, int shardCount) implements Serializable {

  /**
   * The plan for a data set.
   *
   * @param images how many images the index holds
   */
  public static ShardPlan of(long images, ShardSettings settings) {
    double bytes = (double) images * settings.cropsPerImage() * settings.rowBytes();
    double shards = Math.ceil(bytes / settings.shardBytes());
    return new ShardPlan(settings.seed(), (int) Math.max(1, Math.min(Integer.MAX_VALUE, shards)));
  }

  /** The shard of an image, 0 to shardCount - 1: its hash, read as a fraction of all hashes. */
  public int shardOf(String imageId) {
    long hash = Seeds.hash(seed, "shard", Seeds.hash(imageId));
    // The upper half of the unsigned 128-bit product; shardCount is positive, hash may have the
    // sign bit set, which multiplyHigh takes for -2^63.
    return (int) (Math.multiplyHigh(hash, shardCount) + (hash < 0 ? shardCount : 0));
  }

  /** The file of a shard, relative to the shards' folder, as the first attempt names it. */
  public static String path(int shard) {
    return path(shard, Attempt.FIRST);
  }

  /**
   * The file of a shard, relative to the shards' folder.
   *
   * @param attempt who writes it
   */
  public static String path(int shard, Attempt attempt) {
    return String.format(Locale.ROOT, "shards/shard-%05d%s.parquet", shard, attempt.suffix());
  }

  /** The order of the rows in a shard: by hash, so that it is already random. */
  public Comparator<ShardRow> order() {
    return (a, b) -> {
      int byHash = Long.compareUnsigned(orderHash(a), orderHash(b));
      if (byHash != 0) {
        return byHash;
      }
      int byImage = a.imageId().compareTo(b.imageId());
      return byImage != 0 ? byImage : Integer.compare(a.crop(), b.crop());
    };
  }

  private long orderHash(ShardRow row) {
    return Seeds.hash(seed, "order", Seeds.hash(row.imageId()), row.crop());
  }
}
