package io.sparksr.jobs;

import org.apache.spark.util.AccumulatorV2;

/** The last text that a task set: how far a long task is, in words. */
final class LatestText extends AccumulatorV2<String, String> {
  private static final long serialVersionUID = 1L;

  private String text = "";

  @Override
  public boolean isZero() {
    return text.isEmpty();
  }

  @Override
  public AccumulatorV2<String, String> copy() {
    LatestText copy = new LatestText();
    copy.text = text;
    return copy;
  }

  @Override
  public void reset() {
    text = "";
  }

  @Override
  public void add(String latest) {
    text = latest;
  }

  @Override
  public void merge(AccumulatorV2<String, String> other) {
    if (!other.isZero()) {
      text = other.value();
    }
  }

  @Override
  public String value() {
    return text;
  }
}
