package io.sparksr.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparksr.core.io.FileStore;
import io.sparksr.data.Batch;
import io.sparksr.nn.AdversarialLoss;
import io.sparksr.nn.AdversarialLosses;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.DiscriminatorNetwork;
import io.sparksr.nn.Discriminators;
import io.sparksr.nn.Gradients;
import io.sparksr.nn.LossWeights;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.RangeChange;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.ValueRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Training of a generator against a discriminator (paper, equations 2 to 6): one update of the
 * generator, then those of the discriminator, on one batch.
 */
final class SrGanStep implements TrainingStep {
  private static final List<String> LOSSES =
      List.of(
          MetricsLine.LOSS,
          "content",
          "adversarial",
          "discriminator",
          "discriminatorHr",
          "discriminatorSr");
  private static final String DISCRIMINATOR = "discriminator.";
  private static final double WON = 0.98;

  private final GanSettings settings;
  private final NDManager manager;
  private final SuperResolutionNetwork generatorNetwork;
  private final TrainedNetwork generator;
  private final DiscriminatorNetwork discriminatorNetwork;
  private final TrainedNetwork discriminator;
  private final ContentLoss content;
  private final AdversarialLoss adversarial;
  private final LossWeights weights;
  private final RangeChange toImageNet;

  SrGanStep(TrainingPlan plan, InitialGenerator initial, FileStore files, ComputeDevice device)
      throws IOException {
    settings = plan.train().gan();
    manager = device.newManager();
    generatorNetwork = initial.network();
    generator = TrainedNetwork.averaged(generatorNetwork, manager, device, plan.train());
    initial.start(generator);
    discriminatorNetwork = Discriminators.create(settings.discriminator(), plan.precision());
    discriminator = TrainedNetwork.plain(discriminatorNetwork, manager, device, plan.train());
    content = ContentLoss.create(plan, files, manager, device);
    adversarial = AdversarialLosses.create(settings.adversarialLoss(), manager);
    weights = new LossWeights(manager);
    toImageNet = new RangeChange(generatorNetwork.outputRange(), ValueRange.IMAGENET, manager);
  }

  @Override
  public ValueRange lrRange() {
    return generatorNetwork.inputRange();
  }

  @Override
  public ValueRange hrRange() {
    return generatorNetwork.outputRange();
  }

  @Override
  public List<String> losses() {
    return LOSSES;
  }

  @Override
  public double[] run(Batch batch, double share, double learningRate, Averaging averaging) {
    double[] losses = new double[LOSSES.size()];
    try (Iteration iteration = new Iteration(batch, share, losses, averaging)) {
      iteration.updateGenerator(learningRate);
      for (int i = 0; i < settings.discriminatorUpdates(); i++) {
        iteration.updateDiscriminator(learningRate * settings.discriminatorRate());
      }
    }
    for (int i = 0; i < losses.length; i++) {
      losses[i] *= share;
    }
    return losses;
  }

  /** One batch: what both updates share. */
  final class Iteration implements AutoCloseable {
    private final NDManager step = manager.newSubManager();
    private final double share;
    private final double[] losses;
    private final Averaging averaging;
    private final Gradients gradients;
    private final NDArray lr;
    private final NDArray hr;
    private final NDArray hrNormed;
    private NDArray srDetached;

    /** An iteration that writes its losses, in the order of {@link #LOSSES}. */
    Iteration(Batch batch, double share, double[] losses, Averaging averaging) {
      this.share = share;
      this.losses = losses;
      this.averaging = averaging;
      gradients = averaging.record();
      lr = Images.of(step, batch.lr(), batch.size());
      hr = Images.of(step, batch.hr(), batch.size());
      hrNormed = toImageNet.apply(hr);
    }

    /** The discriminator is frozen meanwhile: nothing is added to its gradients. */
    void updateGenerator(double learningRate) {
      generator.parameters().zeroGradients();
      NDArray sr = gradients.branch(generatorNetwork.forward(lr, gradients));
      NDArray srNormed = gradients.branch(toImageNet.apply(sr));
      srDetached = srNormed.stopGradient();
      NDArray contentLoss =
          content.apply(new ContentLoss.Pair(sr, srNormed), new ContentLoss.Pair(hr, hrNormed));
      NDArray srLogits = discriminatorNetwork.judge(srNormed, gradients);
      NDArray hrLogits =
          adversarial.generatorNeedsHr()
              ? discriminatorNetwork.judge(hrNormed, gradients)
              : srLogits;
      NDArray adversarialLoss = adversarial.generator(srLogits, hrLogits);
      NDArray loss = contentLoss.add(weights.weigh(adversarialLoss, settings.adversarialWeight()));
      gradients.backward(loss, share);
      losses[0] = loss.getFloat();
      losses[1] = contentLoss.getFloat();
      losses[2] = adversarialLoss.getFloat();
      // Batch norm of the discriminator has seen this batch too; where its statistics are each
      // replica's own, they are averaged with the discriminator's own update.
      generator.update(share, learningRate, averaging);
    }

    /**
     * SR is judged anew, without its history: the first judgement was of a discriminator without
     * gradients.
     */
    void updateDiscriminator(double learningRate) {
      NDArray hrLogits = discriminatorNetwork.forward(hrNormed, gradients);
      NDArray srLogits = discriminatorNetwork.forward(srDetached, gradients);
      NDArray loss = adversarial.discriminator(hrLogits, srLogits);
      gradients.backward(loss, share);
      losses[3] = loss.getFloat();
      float[] scores = adversarial.scores(hrLogits, srLogits).toFloatArray();
      losses[4] = scores[0];
      losses[5] = scores[1];
      discriminator.update(share, learningRate, averaging);
      discriminator.parameters().zeroGradients();
    }

    @Override
    public void close() {
      gradients.close();
      step.close();
    }
  }

  /** For tests: the trained networks. */
  TrainedNetwork generator() {
    return generator;
  }

  TrainedNetwork discriminator() {
    return discriminator;
  }

  @Override
  public Optional<String> concern(Map<String, Double> means) {
    double hr = means.get("discriminatorHr");
    double sr = means.get("discriminatorSr");
    if (hr - sr < WON) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            "the discriminator has won: D(HR) is %.3f and D(SR) is %.3f, so the generator learns"
                + " little from it. Lower train.gan.discriminator-rate, raise"
                + " train.gan.adversarial-weight, or set train.gan.discriminator.name = patch",
            hr, sr));
  }

  @Override
  public List<NamedTensor> model() {
    return generator.model();
  }

  @Override
  public ModelDescription description(long completedSteps) {
    return ModelDescription.of(generatorNetwork, completedSteps);
  }

  @Override
  public List<NamedTensor> optimizer() {
    List<NamedTensor> state = new ArrayList<>(generator.state(""));
    for (NamedTensor tensor : discriminator.model()) {
      state.add(new NamedTensor(DISCRIMINATOR + tensor.name(), tensor.shape(), tensor.values()));
    }
    state.addAll(discriminator.state(DISCRIMINATOR));
    return state;
  }

  @Override
  public void restore(
      Map<String, NamedTensor> model,
      Map<String, NamedTensor> optimizer,
      long completedSteps,
      String source) {
    generator.restore(model, optimizer, "", completedSteps, source);
    Map<String, NamedTensor> own = new LinkedHashMap<>();
    optimizer.forEach(
        (name, tensor) -> {
          if (name.startsWith(DISCRIMINATOR)) {
            own.put(name.substring(DISCRIMINATOR.length()), tensor);
          }
        });
    discriminator.restore(
        own, optimizer, DISCRIMINATOR, completedSteps * settings.discriminatorUpdates(), source);
  }

  @Override
  public void close() {
    manager.close();
  }
}
