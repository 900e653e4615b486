package io.sparksr.training;

import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import java.io.Serializable;
import java.util.Map;

/**
 * Everything that replicas must agree on, resolved once on the driver.
 *
 * @param network what is trained
 * @param train how
 * @param objective what for, and where from
 * @param precision the precision, resolved
 * @param threads of libtorch per replica, resolved
 * @param shardsUri the data set
 * @param outputUri the run's folder
 * @param identity what a checkpoint must agree with to be resumed, as readable key and value pairs
 */
public record TrainingPlan(
    NetworkSettings network,
    TrainSettings train,
    Objective objective,
    Precision precision,
    int threads,
    String shardsUri,
    String outputUri,
    Map<String, String> identity)
    implements Serializable {}
