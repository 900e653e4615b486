package io.sparksr.data;

/**
 * The upper left corner of a crop.
 *
 * @param left in pixels from the image's left side, at least 0
 * @param top in pixels from the image's upper side, at least 0
 */
public record CropPlace(int left, int top) {}
