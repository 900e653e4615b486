/**
 * The loop of one replica: batches, steps, averaging, checkpoints and metrics, runnable without
 * Spark.
 */
package io.sparksr.training;
