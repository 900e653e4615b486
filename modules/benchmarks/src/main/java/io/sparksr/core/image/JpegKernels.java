package io.sparksr.core.image;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The inverse transform of one 8x8 block of a JPEG, copying the block included, by how many
 * coefficients it has. In this package, because the class is the decoder's own. JMH derives from
 * the class, so it is not final.
 */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JpegKernels {
  private static final int SIZE = 64;

  /** The first so many coefficients, in rows, are not 0. */
  @Param({"1", "10", "64"})
  public int coefficients;

  private final InverseDct transform = new InverseDct();
  private final int[] coded = new int[SIZE];
  private final int[] block = new int[SIZE];
  private final byte[] samples = new byte[SIZE];

  /** Coefficients that give samples within the range of bytes. */
  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < coefficients; i++) {
      coded[i] = random.nextInt(-20, 21);
    }
    coded[0] = 100;
  }

  /** One block. */
  @Benchmark
  public byte[] inverseTransform() {
    System.arraycopy(coded, 0, block, 0, SIZE); // the transform clears it
    transform.apply(block, coefficients - 1, samples);
    return samples;
  }
}
