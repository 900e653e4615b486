package io.sparksr.jobs;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.sparksr.evaluation.Score;
import io.sparksr.training.MetricsLine;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * How training goes on, as metrics of the driver for whatever sinks Spark is configured with, for
 * instance its Prometheus servlet: {@code sparksr.training.loss} and so on. Registered until
 * closed.
 */
final class TrainingGauges implements Source, AutoCloseable {
  private static final String PREFIX = "training.";

  private final MetricRegistry registry = new MetricRegistry();
  private volatile List<MetricsLine> line = List.of();
  private volatile long failures;
  private volatile long checkpoint;

  private TrainingGauges() {
    ofLine("step", MetricsLine::step);
    ofLine("epoch", MetricsLine::epoch);
    ofLine("loss", MetricsLine::loss);
    ofLine("learningRate", MetricsLine::learningRate);
    ofLine("imagesPerSecond", MetricsLine::imagesPerSecond);
    ofLine("dataMillis", MetricsLine::dataMillis);
    ofLine("computeMillis", MetricsLine::computeMillis);
    ofLine("communicateMillis", MetricsLine::communicateMillis);
    ofLine("saveMillis", MetricsLine::saveMillis);
    gauge("failures", () -> failures);
    gauge("checkpointStep", () -> checkpoint);
  }

  /** Gauges in Spark's metrics system on the driver. */
  static TrainingGauges register() {
    TrainingGauges gauges = new TrainingGauges();
    SparkEnv.get().metricsSystem().registerSource(gauges);
    return gauges;
  }

  void logged(MetricsLine latest) {
    line = List.of(latest);
    latest
        .validation()
        .forEach(
            (set, score) -> {
              keep("validation." + set + ".psnr", score, Score::psnr);
              keep("validation." + set + ".ssim", score, Score::ssim);
            });
  }

  void failed(long count, long newestCheckpoint) {
    failures = count;
    checkpoint = newestCheckpoint;
  }

  @Override
  public String sourceName() {
    return "sparksr";
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  @Override
  public void close() {
    SparkEnv.get().metricsSystem().removeSource(this);
  }

  private void ofLine(String name, ToDoubleFunction<MetricsLine> value) {
    gauge(name, () -> line.stream().mapToDouble(value).findFirst().orElse(Double.NaN));
  }

  private void gauge(String name, Gauge<Number> gauge) {
    registry.register(PREFIX + name, gauge);
  }

  /** Scores stay until the next validation. */
  private void keep(String name, Score score, ToDoubleFunction<Score> part) {
    double value = part.applyAsDouble(score);
    registry.remove(PREFIX + name);
    gauge(name, () -> value);
  }
}
