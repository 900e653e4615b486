package io.sparksr.training;

/** The kinds of training. */
final class TrainingSteps {
  private TrainingSteps() {}

  /** The step that a plan asks for, with its networks' initial values; closed by the caller. */
  static TrainingStep create(TrainingPlan plan) {
    return new SrResNetStep(plan);
  }
}
