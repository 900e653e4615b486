package io.sparksr.data;

/**
 * One sample of a shard. The arrays are shared, not copied: treat them as constant.
 *
 * @param imageId the image's path relative to the input's root
 * @param crop the number of the crop of that image, from 0; column {@code epoch}
 * @param left of the crop in the image
 * @param top of the crop in the image
 * @param hr (crop size, crop size, 3), HWC RGB
 * @param lr (crop size / scale, crop size / scale, 3), HWC RGB
 */
public record ShardRow(String imageId, int crop, int left, int top, byte[] hr, byte[] lr) {}
