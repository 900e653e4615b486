package io.sparksr.benchmarks;

import io.sparksr.core.image.BicubicResampler;
import io.sparksr.core.image.DeadLeaves;
import io.sparksr.core.image.DeadLeavesSettings;
import io.sparksr.core.image.MatlabResampler;
import io.sparksr.core.image.RgbImage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reducing a crop of 96x96 and enlarging it. JMH derives from the class, so it is not final. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ResamplingKernels {
  private static final int HR = 96;
  private static final int LR = 24;

  private final RgbImage hr =
      new DeadLeaves(new DeadLeavesSettings(HR, HR, 200, 3, 40, 0.4, 2)).image(1, 0);
  private final RgbImage lr = BicubicResampler.resize(hr, LR, LR);
  private final BicubicResampler down = BicubicResampler.of(HR, HR, LR, LR);
  private final BicubicResampler up = BicubicResampler.of(LR, LR, HR, HR);

  /** As Pillow does it. */
  @Benchmark
  public RgbImage reduce() {
    return down.apply(hr);
  }

  /** As Pillow does it. */
  @Benchmark
  public RgbImage enlarge() {
    return up.apply(lr);
  }

  /** As MATLAB does it, weights included. */
  @Benchmark
  public RgbImage reduceAsMatlab() {
    return MatlabResampler.resize(hr, LR, LR);
  }
}
