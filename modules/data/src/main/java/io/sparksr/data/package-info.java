/**
 * From indexed images to batches: crops and their degradation, the index and shards artefacts, the
 * order of samples, and the loader that feeds one replica.
 */
package io.sparksr.data;
