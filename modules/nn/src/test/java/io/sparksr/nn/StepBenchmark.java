package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * Prints the milliseconds of training steps: network, precision, batch, repetitions. Not a test.
 */
public final class StepBenchmark {
  private StepBenchmark() {}

  public static void main(String[] args) {
    Precision precision = Precision.valueOf(args[1]);
    int batch = Integer.parseInt(args[2]);
    int channels = Integer.parseInt(args[4]);
    int blocks = Integer.parseInt(args[5]);
    SuperResolutionNetwork network =
        Networks.create(new NetworkSettings(args[0], channels, blocks, 9, 3, 4), precision);
    try (NDManager manager = NDManager.newBaseManager()) {
      FlatParameters parameters = new FlatParameters(network, manager);
      parameters.initialise(1);
      FlatAdam adam = new FlatAdam(parameters, new AdamSettings(0.9, 0.999, 1e-8, 0, false));
      Loss loss = Losses.create("l1", manager);
      int steps = Integer.parseInt(args[3]);
      double[] millis = new double[steps];
      for (int i = 0; i < steps; i++) {
        long start = System.nanoTime();
        float value;
        try (NDManager step = manager.newSubManager();
            Gradients gradients = Gradients.record()) {
          NDArray lr = step.ones(new Shape(batch, 3, 24, 24));
          NDArray hr = step.zeros(new Shape(batch, 3, 96, 96));
          parameters.zeroGradients();
          NDArray result = loss.apply(network.forward(lr, true), hr);
          gradients.backward(result, 1);
          value = result.getFloat();
        }
        parameters.gradients();
        adam.step(1e-4);
        millis[i] = (System.nanoTime() - start) / 1e6;
        if (i % 10 == 0) {
          System.out.println(i + " " + millis[i] + " ms, loss " + value);
        }
      }
      Arrays.sort(millis);
      System.out.println("median " + millis[steps / 2] + ", params " + parameters.values().limit());
    }
  }
}
