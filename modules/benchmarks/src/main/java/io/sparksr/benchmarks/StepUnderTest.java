package io.sparksr.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.nn.AdamSettings;
import io.sparksr.nn.FlatAdam;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.Gradients;
import io.sparksr.nn.Loss;
import io.sparksr.nn.Losses;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.SuperResolutionNetwork;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** Training steps of an SRResNet on one made-up batch, each timed by part. */
final class StepUnderTest implements AutoCloseable {
  /** What a step consists of, in the order of {@link #run()}'s result. */
  static final List<String> PARTS =
      List.of("zero gradients", "input", "forward", "loss", "backward", "Adam");

  private static final int SCALE = 4;

  private final NDManager manager = NDManager.newBaseManager();
  private final SuperResolutionNetwork network;
  private final FlatParameters parameters;
  private final FlatAdam adam;
  private final Loss loss;
  private final int batch;
  private final int side;
  private final float[] lr;
  private final float[] hr;
  private double lastLoss;

  /** Crops of {@code side} x {@code side} HR pixels. */
  StepUnderTest(Precision precision, int channels, int blocks, int batch, int side) {
    this.batch = batch;
    this.side = side;
    network =
        Networks.create(new NetworkSettings("srresnet", channels, blocks, 9, 3, SCALE), precision);
    parameters = new FlatParameters(network, manager);
    parameters.initialise(1);
    adam = new FlatAdam(parameters, new AdamSettings(0.9, 0.999, 1e-8, 0, false));
    loss = Losses.create("mse", manager);
    SplittableRandom random = new SplittableRandom(1);
    lr = uniform(random, batch * 3 * side * side / (SCALE * SCALE), 0);
    hr = uniform(random, batch * 3 * side * side, -1);
  }

  private static float[] uniform(SplittableRandom random, int count, double from) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(from, 1);
    }
    return values;
  }

  /** One step; the milliseconds of each of {@link #PARTS}. */
  double[] run() {
    long[] times = new long[PARTS.size() + 1];
    times[0] = System.nanoTime();
    parameters.zeroGradients();
    times[1] = System.nanoTime();
    try (NDManager step = manager.newSubManager();
        Gradients gradients = Gradients.record()) {
      NDArray input =
          step.create(FloatBuffer.wrap(lr), new Shape(batch, 3, side / SCALE, side / SCALE));
      NDArray target = step.create(FloatBuffer.wrap(hr), new Shape(batch, 3, side, side));
      times[2] = System.nanoTime();
      NDArray sr = network.forward(input, true);
      times[3] = System.nanoTime();
      NDArray value = loss.apply(sr, target);
      times[4] = System.nanoTime();
      gradients.backward(value, 1);
      lastLoss = value.getFloat();
    }
    parameters.gradients();
    times[5] = System.nanoTime();
    adam.step(1e-4);
    times[6] = System.nanoTime();
    double[] millis = new double[PARTS.size()];
    for (int i = 0; i < millis.length; i++) {
      millis[i] = (times[i + 1] - times[i]) / 1e6;
    }
    return millis;
  }

  /** The loss of the last step. */
  double lastLoss() {
    return lastLoss;
  }

  /** How many native arrays outlive a step. */
  int openArrays() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    manager.close();
  }
}
