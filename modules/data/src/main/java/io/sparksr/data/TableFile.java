package io.sparksr.data;

import java.io.Serializable;

/**
 * One Parquet file as an index manifest lists it.
 *
 * @param path relative to the artefact's folder
 * @param rows how many rows it has
 * @param bytes its size
 * @param sha256 its checksum, lower-case hexadecimal
 */
public record TableFile(String path, long rows, long bytes, String sha256)
    implements Serializable {}
