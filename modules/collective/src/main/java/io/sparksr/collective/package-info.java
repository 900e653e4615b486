/**
 * Sums, broadcasts and barriers over plain NIO buffers among the replicas of one training run:
 * alone ({@link io.sparksr.collective.SoloCommunicator}), between threads of one JVM ({@link
 * io.sparksr.collective.InProcessCommunicator}) or between processes ({@link
 * io.sparksr.collective.RingCommunicator}). Knows neither Spark nor DJL.
 */
package io.sparksr.collective;
