package io.sparksr.jobs;

import java.io.Serializable;
import java.util.List;

/**
 * What the tasks of an evaluation know.
 *
 * @param models in the order of the report
 * @param scale of all of them
 * @param settings how
 * @param threads to compute with
 * @param broken what becomes of images that cannot be scored
 */
record EvaluatePlan(
    List<ModelRef.Remote> models,
    int scale,
    EvaluateSettings settings,
    int threads,
    BrokenImages broken)
    implements Serializable {}
