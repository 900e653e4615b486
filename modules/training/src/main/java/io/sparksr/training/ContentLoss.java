package io.sparksr.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparksr.core.io.FileStore;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.Loss;
import io.sparksr.nn.LossWeights;
import io.sparksr.nn.Losses;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.Vgg19Features;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The weighted sum of a loss on VGG19's features (paper, equation 5) and one on pixels. */
final class ContentLoss {
  private final List<Term> terms = new ArrayList<>();

  private ContentLoss() {}

  /**
   * Images in two ranges.
   *
   * @param pixels in the generator's output range
   * @param normed in {@link io.sparksr.nn.ValueRange#IMAGENET}
   */
  record Pair(NDArray pixels, NDArray normed) {}

  private interface Term {
    NDArray apply(Pair sr, Pair hr);
  }

  /** The loss that a plan asks for; VGG19 is read from storage if it is part of it. */
  static ContentLoss create(
      TrainingPlan plan, FileStore files, NDManager manager, ComputeDevice device)
      throws IOException {
    GanSettings settings = plan.train().gan();
    ContentLoss content = new ContentLoss();
    LossWeights weights = new LossWeights(manager);
    if (settings.needsVgg()) {
      Vgg19Features vgg = new Vgg19Features(settings.vgg().cut(), plan.precision());
      String uri = plan.objective().vgg19Uri();
      new FlatParameters(vgg, manager, device)
          .load(Safetensors.read(files.readBytes(uri), uri), uri);
      Loss loss = Losses.create(settings.vgg().loss(), manager);
      content.terms.add(
          (sr, hr) -> {
            // Nothing before the photographs has a gradient, so no record of them is kept.
            NDArray target = vgg.forward(hr.normed(), true);
            NDArray features = loss.apply(vgg.forward(sr.normed(), true), target);
            return weights.weigh(features, settings.vgg().weight());
          });
    }
    if (settings.pixelWeight() > 0) {
      Loss loss = Losses.create(plan.train().loss(), manager);
      content.terms.add(
          (sr, hr) -> weights.weigh(loss.apply(sr.pixels(), hr.pixels()), settings.pixelWeight()));
    }
    return content;
  }

  /** A scalar; 0 if there are no terms. */
  NDArray apply(Pair sr, Pair hr) {
    Optional<NDArray> sum =
        terms.stream().map(term -> term.apply(sr, hr)).reduce((a, b) -> a.add(b));
    return sum.orElseGet(() -> sr.pixels().getManager().create(0f));
  }
}
