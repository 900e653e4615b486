package io.sparksr.data;

/**
 * Where a sample lies.
 *
 * @param block position in {@link ShardManifest#blockRows()}
 * @param row in that block
 */
public record SampleRef(int block, int row) {}
