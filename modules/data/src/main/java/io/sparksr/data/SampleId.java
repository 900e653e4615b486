package io.sparksr.data;

/**
 * Which sample it is, wherever it lies.
 *
 * @param imageId the image's path relative to the input's root
 * @param crop the number of the crop of that image
 */
public record SampleId(String imageId, int crop) {}
