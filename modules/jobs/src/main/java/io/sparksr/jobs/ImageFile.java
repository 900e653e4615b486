package io.sparksr.jobs;

import java.io.Serializable;

/**
 * A file that may be an image.
 *
 * @param uri where it is
 * @param imageId its path relative to the input's root
 * @param bytes its size
 */
record ImageFile(String uri, String imageId, long bytes) implements Serializable {}
