package io.sparksr.benchmarks;

import io.sparksr.evaluation.Plane;
import io.sparksr.evaluation.Psnr;
import io.sparksr.evaluation.Ssim;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Metrics of planes of 256x256. JMH derives from the class, so it is not final. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MetricKernels {
  private static final int SIDE = 256;

  private final Ssim uniform = Ssim.uniform();
  private final Ssim gaussian = Ssim.gaussian();
  private Plane hr;
  private Plane sr;

  /** A smooth plane and a noisy one. */
  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    double[] truth = new double[SIDE * SIDE];
    double[] result = new double[SIDE * SIDE];
    for (int i = 0; i < truth.length; i++) {
      int x = i % SIDE;
      int y = i / SIDE;
      truth[i] = 128 + 100 * Math.sin(x / 9.0) * Math.cos(y / 7.0);
      result[i] = truth[i] + random.nextDouble(-20, 20);
    }
    hr = new Plane(SIDE, SIDE, truth);
    sr = new Plane(SIDE, SIDE, result);
  }

  /** In dB. */
  @Benchmark
  public double psnr() {
    return Psnr.of(hr, sr);
  }

  /** With scikit-image's window. */
  @Benchmark
  public double ssimUniform() {
    return uniform.of(hr, sr);
  }

  /** With MATLAB's window. */
  @Benchmark
  public double ssimGaussian() {
    return gaussian.of(hr, sr);
  }
}
