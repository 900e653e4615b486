package io.sparksr.jobs;

import io.sparksr.training.MetricsLine;
import java.util.List;
import org.apache.spark.util.AccumulatorV2;

/** The last line of metrics that a task logged, or none. */
final class LatestLine extends AccumulatorV2<MetricsLine, List<MetricsLine>> {
  private static final long serialVersionUID = 1L;

  private List<MetricsLine> line = List.of();

  @Override
  public boolean isZero() {
    return line.isEmpty();
  }

  @Override
  public AccumulatorV2<MetricsLine, List<MetricsLine>> copy() {
    LatestLine copy = new LatestLine();
    copy.line = line;
    return copy;
  }

  @Override
  public void reset() {
    line = List.of();
  }

  @Override
  public void add(MetricsLine latest) {
    line = List.of(latest);
  }

  @Override
  public void merge(AccumulatorV2<MetricsLine, List<MetricsLine>> other) {
    if (!other.isZero()) {
      line = other.value();
    }
  }

  @Override
  public List<MetricsLine> value() {
    return line;
  }
}
