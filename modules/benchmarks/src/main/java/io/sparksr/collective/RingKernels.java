package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a rank of the ring does with a frame of 256 Ki gradients, by what travels. In this package,
 * because the classes are the ring's own. JMH derives from the class, so it is not final.
 */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RingKernels {
  private static final int FLOATS = 1 << 18;

  /** The form on the wire. */
  @Param({"fp32", "bf16"})
  public String wire;

  private Summands summands;
  private ByteBuffer frame;

  /** Gradients of a usual size, in direct buffers as in training. */
  @Setup
  public void fill() {
    FloatBuffer values =
        ByteBuffer.allocateDirect(FLOATS * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < FLOATS; i++) {
      values.put(i, (float) random.nextDouble(-1e-3, 1e-3));
    }
    summands =
        wire.equals("bf16") ? new Bf16Summands(values, new Bf16Block()) : new FloatSummands(values);
    frame =
        ByteBuffer.allocateDirect(FLOATS * summands.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Own values into a frame to send. */
  @Benchmark
  public ByteBuffer send() {
    summands.copyTo(frame, 0);
    return frame;
  }

  /** Own values added to a frame that came; it grows, which changes no time. */
  @Benchmark
  public ByteBuffer add() {
    summands.addTo(frame, 0);
    return frame;
  }

  /** A frame with sums into own values. */
  @Benchmark
  public Object receive() {
    summands.copyFrom(frame, 0);
    return summands;
  }
}
