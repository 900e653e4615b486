package io.sparksr.training;

import static io.sparksr.core.config.Checks.check;

import java.io.Serializable;

/**
 * Training by fewer replicas while slots are missing; the keys of {@code train.elastic}.
 *
 * @param minReplicas the fewest that train; 0: always {@code train.replicas}
 * @param waitSeconds for how long slots must be missing, or be there again, before the number of
 *     replicas follows
 */
public record ElasticSettings(int minReplicas, long waitSeconds) implements Serializable {

  /** Checks ranges, naming the key. */
  public ElasticSettings {
    check(minReplicas >= 0, "min-replicas: must not be negative, got " + minReplicas);
    check(waitSeconds >= 1, "wait-seconds: must be at least 1, got " + waitSeconds);
  }
}
