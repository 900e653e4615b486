package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import io.sparksr.data.ShardManifest;
import io.sparksr.nn.Discriminators;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.Vgg19Features;
import io.sparksr.nn.foreign.Vgg19Weights;
import io.sparksr.training.GanSettings;
import io.sparksr.training.Objective;
import io.sparksr.training.TrainingIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run needs beside its shards: the generator's initial weights and VGG19. The driver reads
 * and checks them once and leaves what replicas load in the run's folder, so that a run does not
 * depend on files that may change.
 */
final class StartingPoint {
  private static final Logger LOG = LoggerFactory.getLogger(StartingPoint.class);
  private static final String VGG19_KEY = "train.vgg19-weights";
  private static final String INIT = "init";
  private static final String VGG19 = "vgg19-features.safetensors";

  private final FileStore files;
  private final TrainJob.Request request;
  private final Optional<InitialModel> initial;
  private final Optional<Vgg19Weights> vgg19;
  private final byte[] initialWeights;

  private StartingPoint(
      FileStore files,
      TrainJob.Request request,
      Optional<InitialModel> initial,
      Optional<Vgg19Weights> vgg19)
      throws IOException {
    this.files = files;
    this.request = request;
    this.initial = initial;
    this.vgg19 = vgg19;
    this.initialWeights = initial.isPresent() ? bytes(initial.get().tensors()) : new byte[0];
  }

  /**
   * Reads what a request names.
   *
   * @throws UserException if something is missing or does not fit
   */
  static StartingPoint read(FileStore files, TrainJob.Request request) throws IOException {
    Optional<InitialModel> initial =
        request.init().isEmpty()
            ? Optional.empty()
            : Optional.of(InitialModel.read(files, request.init().get(), request.network()));
    GanSettings gan = request.train().gan();
    Optional<Vgg19Weights> vgg19 = Optional.empty();
    if (request.kind() == Objective.Kind.ADVERSARIAL) {
      checkCropSize(ShardManifest.read(files, request.shards()), gan);
      if (gan.needsVgg()) {
        vgg19 =
            Optional.of(
                Vgg19Weights.read(
                    files, VGG19_KEY, request.train().vgg19Weights(), gan.vgg().cut()));
        vgg19.get().warning().ifPresent(LOG::warn);
      }
      if (initial.isEmpty()) {
        LOG.warn(
            "--init: none, so the generator starts from random weights. Adversarial training is"
                + " meant to begin with one that train srresnet has trained");
      }
    }
    return new StartingPoint(files, request, initial, vgg19);
  }

  private static void checkCropSize(ShardManifest manifest, GanSettings gan) {
    int smallest = Discriminators.create(gan.discriminator(), Precision.FP32).smallestSide();
    if (gan.needsVgg()) {
      smallest =
          Math.max(smallest, new Vgg19Features(gan.vgg().cut(), Precision.FP32).smallestSide());
    }
    if (manifest.cropSize() < smallest) {
      throw UserException.configuration(
          "train.gan: its networks need crops of at least "
              + smallest
              + " pixels, but the shards have "
              + manifest.cropSize()
              + ". Shard with a larger shard.crop-size, or take a smaller"
              + " train.gan.discriminator.blocks or train.gan.vgg.cut.pool");
    }
  }

  /** The objective with the places that {@link #write} fills. */
  Objective objective() {
    return new Objective(
        request.kind(),
        initial.isPresent() ? Uris.child(request.output(), INIT) : "",
        vgg19.isPresent() ? Uris.child(request.output(), VGG19) : "");
  }

  /** The identity of a run that starts here, given that of training by a content loss. */
  Map<String, String> identity(Map<String, String> content) {
    Map<String, String> identity = content;
    if (request.kind() == Objective.Kind.ADVERSARIAL) {
      identity =
          TrainingIdentity.adversarial(
              identity, request.train(), vgg19.map(Vgg19Weights::sha256).orElse(""));
    }
    return initial.isPresent()
        ? TrainingIdentity.from(identity, Sha256.of(initialWeights))
        : identity;
  }

  /** Leaves in the run's folder what replicas load. */
  void write() throws IOException {
    if (initial.isPresent()) {
      String folder = Uris.child(request.output(), INIT);
      files.writeBytes(Uris.child(folder, ModelFolder.WEIGHTS), initialWeights);
      ModelDescription description = initial.get().description();
      files.writeBytes(
          Uris.child(folder, ModelFolder.DESCRIPTION), JsonCodec.document(description));
    }
    if (vgg19.isPresent()) {
      try (OutputStream out = files.create(Uris.child(request.output(), VGG19))) {
        Safetensors.write(out, vgg19.get().tensors(), Map.of());
      }
    }
  }

  private static byte[] bytes(List<NamedTensor> tensors) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, tensors, Map.of("format", "pt"));
    return out.toByteArray();
  }
}
