package io.sparksr.data;

import io.sparksr.core.Provenance;
import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.util.List;

/**
 * {@code manifest.json}: what a shards folder holds. Written last, so shards without it are
 * incomplete.
 *
 * @param cropSize side of the HR crops in pixels
 * @param scale LR crops have sides of {@code cropSize / scale}
 * @param degradation how LR came from HR, a name of {@link Degradations}
 * @param beforeReduction how the HR crop was spoilt before LR was made of it
 * @param afterReduction how LR was spoilt
 * @param seed of the places, the distortions and the order of the crops
 * @param cropsPerImage how many crops each image gave
 * @param compression of the Parquet pages
 * @param images how many images gave crops
 * @param rows how many samples all shards hold
 * @param shards the files, by path; never empty
 * @param rejected images of the index that could not be decoded
 * @param fingerprint of the settings and the index it was made with
 * @param provenance where it comes from, with the SHA-256 of {@code index.json}
 */
public record ShardManifest(
    int cropSize,
    int scale,
    String degradation,
    Distortions beforeReduction,
    Distortions afterReduction,
    long seed,
    int cropsPerImage,
    String compression,
    long images,
    long rows,
    List<ShardEntry> shards,
    Rejections rejected,
    String fingerprint,
    Provenance provenance) {
  /** The manifest's name in the shards' folder. */
  public static final String NAME = "manifest.json";

  static final String REMEDY =
      "Run 'sparksr shard' again with this folder as --output and --overwrite.";

  /**
   * Checks that sizes and counts agree.
   *
   * @throws IllegalArgumentException if they do not
   */
  public ShardManifest {
    if (shards == null || shards.isEmpty()) {
      throw new IllegalArgumentException("a manifest of shards lists no shards");
    }
    shards = List.copyOf(shards);
    // Documents from before there were any do not name them.
    beforeReduction = beforeReduction == null ? Distortions.NONE : beforeReduction;
    afterReduction = afterReduction == null ? Distortions.NONE : afterReduction;
    if (scale < 1 || cropSize < scale || cropSize % scale != 0) {
      throw new IllegalArgumentException(
          "crops of side " + cropSize + " can't be reduced by " + scale);
    }
    long sum = shards.stream().mapToLong(ShardEntry::rows).sum();
    if (sum != rows) {
      throw new IllegalArgumentException("shards of " + sum + " rows do not make " + rows);
    }
  }

  /**
   * Reads the manifest of a complete shards folder.
   *
   * @param shardsUri the folder
   * @throws UserException (input) if there is none, or it contradicts itself
   */
  public static ShardManifest read(FileStore files, String shardsUri) throws IOException {
    return JsonCodec.read(
        files,
        Uris.child(shardsUri, NAME),
        ShardManifest.class,
        "The shards in "
            + shardsUri
            + " are missing or incomplete: run 'sparksr shard' (again) with that as --output.");
  }

  /** Side of the LR crops in pixels. */
  public int lrSize() {
    return cropSize / scale;
  }

  /** The row counts of all blocks of all shards, in order. */
  public int[] blockRows() {
    return shards.stream()
        .flatMap(shard -> shard.blocks().stream())
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
