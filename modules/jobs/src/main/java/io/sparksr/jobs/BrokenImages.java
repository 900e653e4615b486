package io.sparksr.jobs;

/** What an evaluation does with an image that cannot be scored. */
public enum BrokenImages {
  /** Fails, naming it: means over other images than the set's would not compare. */
  FAIL,
  /** Leaves it out of every mean and lists it in the report. */
  LEAVE_OUT
}
