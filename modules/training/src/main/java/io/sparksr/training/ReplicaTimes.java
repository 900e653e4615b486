package io.sparksr.training;

import java.io.Serializable;

/**
 * Where the time of one replica's step went, in milliseconds.
 *
 * @param dataMillis its wait for its batch
 * @param computeMillis forward, backward and update
 * @param communicateMillis averaging, waiting for peers included
 */
public record ReplicaTimes(double dataMillis, double computeMillis, double communicateMillis)
    implements Serializable {}
