package io.sparksr.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.nn.AdamSettings;
import io.sparksr.nn.AdversarialLoss;
import io.sparksr.nn.AdversarialLosses;
import io.sparksr.nn.DiscriminatorNetwork;
import io.sparksr.nn.DiscriminatorSettings;
import io.sparksr.nn.Discriminators;
import io.sparksr.nn.FlatAdam;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.Gradients;
import io.sparksr.nn.Loss;
import io.sparksr.nn.LossWeights;
import io.sparksr.nn.Losses;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.RangeChange;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.ValueRange;
import io.sparksr.nn.Vgg19Features;
import io.sparksr.nn.VggCut;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** SRGAN iterations of the paper's sizes on one made-up batch of 96x96, each timed by part. */
final class GanStepUnderTest implements AutoCloseable {
  /** What an iteration consists of, in the order of {@link #run()}'s result. */
  static final List<String> PARTS =
      List.of(
          "generator forward",
          "VGG19 of HR",
          "VGG19 of SR",
          "discriminator frozen",
          "generator backward",
          "generator Adam",
          "discriminator forward twice",
          "discriminator backward",
          "discriminator Adam and zero");

  private static final int SIDE = 96;
  private static final int SCALE = 4;
  private static final double RATE = 1e-4;
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 0, false);

  private final NDManager manager = NDManager.newBaseManager();
  private final int batch;
  private final SuperResolutionNetwork generator;
  private final FlatParameters generatorValues;
  private final FlatAdam generatorAdam;
  private final DiscriminatorNetwork discriminator;
  private final FlatParameters discriminatorValues;
  private final FlatAdam discriminatorAdam;
  private final Vgg19Features vgg;
  private final Loss mse;
  private final AdversarialLoss adversarial;
  private final LossWeights weights;
  private final RangeChange normed;
  private final float[] lr;
  private final float[] hr;

  GanStepUnderTest(Precision precision, int batch) {
    this.batch = batch;
    generator = Networks.create(new NetworkSettings("srresnet", 64, 16, 9, 3, SCALE), precision);
    generatorValues = new FlatParameters(generator, manager);
    generatorValues.initialise(1);
    generatorAdam = new FlatAdam(generatorValues, ADAM);
    discriminator =
        Discriminators.create(new DiscriminatorSettings("srgan", 64, 0, 3, 1024), precision);
    discriminatorValues = new FlatParameters(discriminator, manager);
    discriminatorValues.initialise(1);
    discriminatorAdam = new FlatAdam(discriminatorValues, ADAM);
    vgg = new Vgg19Features(new VggCut(5, 4, VggCut.Activation.AFTER), precision);
    SplittableRandom random = new SplittableRandom(1);
    FloatBuffer values = new FlatParameters(vgg, manager).statistics();
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, (float) random.nextDouble(-0.03, 0.03));
    }
    mse = Losses.create("mse", manager);
    adversarial = AdversarialLosses.create("vanilla", manager);
    weights = new LossWeights(manager);
    normed = new RangeChange(ValueRange.SIGNED, ValueRange.IMAGENET, manager);
    lr = uniform(random, batch * 3 * (SIDE / SCALE) * (SIDE / SCALE), 0);
    hr = uniform(random, batch * 3 * SIDE * SIDE, -1);
  }

  private static float[] uniform(SplittableRandom random, int count, double from) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(from, 1);
    }
    return values;
  }

  /** One iteration; the milliseconds of each of {@link #PARTS}. */
  double[] run() {
    long[] times = new long[PARTS.size() + 1];
    times[0] = System.nanoTime();
    generatorValues.zeroGradients();
    try (NDManager step = manager.newSubManager();
        Gradients gradients = Gradients.record()) {
      NDArray input =
          step.create(FloatBuffer.wrap(lr), new Shape(batch, 3, SIDE / SCALE, SIDE / SCALE));
      NDArray real =
          normed.apply(step.create(FloatBuffer.wrap(hr), new Shape(batch, 3, SIDE, SIDE)));
      NDArray sr = normed.apply(generator.forward(input, true));
      times[1] = System.nanoTime();
      NDArray target = vgg.forward(real, true);
      times[2] = System.nanoTime();
      NDArray content = mse.apply(vgg.forward(sr, true), target);
      times[3] = System.nanoTime();
      NDArray logits = discriminator.judge(sr);
      NDArray loss = content.add(weights.weigh(adversarial.generator(logits, logits), 1e-3));
      times[4] = System.nanoTime();
      gradients.backward(loss, 1);
      times[5] = System.nanoTime();
      generatorAdam.step(RATE);
      times[6] = System.nanoTime();
      NDArray onHr = discriminator.forward(real, true);
      NDArray onSr = discriminator.forward(sr.stopGradient(), true);
      NDArray discriminatorLoss = adversarial.discriminator(onHr, onSr);
      times[7] = System.nanoTime();
      gradients.backward(discriminatorLoss, 1);
      times[8] = System.nanoTime();
      discriminatorAdam.step(RATE);
      discriminatorValues.zeroGradients();
      loss.getFloat();
      discriminatorLoss.getFloat();
    }
    times[9] = System.nanoTime();
    double[] millis = new double[PARTS.size()];
    for (int i = 0; i < millis.length; i++) {
      millis[i] = (times[i + 1] - times[i]) / 1e6;
    }
    return millis;
  }

  @Override
  public void close() {
    manager.close();
  }
}
