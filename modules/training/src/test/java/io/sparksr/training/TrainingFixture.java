package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.collective.Communicator;
import io.sparksr.collective.InProcessCommunicator;
import io.sparksr.core.Provenance;
import io.sparksr.core.config.ConfigLoader;
import io.sparksr.core.image.BicubicResampler;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.core.io.Uris;
import io.sparksr.data.Distortions;
import io.sparksr.data.Rejections;
import io.sparksr.data.ShardEntry;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardRow;
import io.sparksr.data.ShardSettings;
import io.sparksr.data.ShardWriter;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** A small data set on disk and small trainings on it. */
final class TrainingFixture {
  private static final int CROP = 16;
  private static final int SCALE = 2;
  private static final int ROWS = 40;

  final LocalFileStore files = new LocalFileStore();
  private final Path folder;

  TrainingFixture(Path folder) throws IOException {
    this.folder = folder;
    ShardSettings settings =
        new ShardSettings(CROP, SCALE, 1, "pillow-bicubic", 1 << 20, 8, "none", 0, 1 << 20, 1);
    ShardEntry entry;
    try (ShardWriter writer = ShardWriter.create(files, shards(), 0, settings)) {
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < ROWS; i++) {
        RgbImage hr = gradient(random);
        byte[] lr = BicubicResampler.resize(hr, CROP / SCALE, CROP / SCALE).pixels();
        writer.add(new ShardRow("image-" + i, 0, 0, 0, hr.pixels(), lr));
      }
      entry = writer.finish();
    }
    Provenance provenance = new Provenance("test", "test", "2026-01-01T00:00:00Z", Map.of(), "");
    ShardManifest manifest =
        new ShardManifest(
            CROP,
            SCALE,
            "pillow-bicubic",
            Distortions.NONE,
            Distortions.NONE,
            1,
            1,
            "none",
            ROWS,
            ROWS,
            List.of(entry),
            Rejections.NONE,
            "x",
            provenance);
    files.writeBytes(Uris.child(shards(), ShardManifest.NAME), JsonCodec.document(manifest));
  }

  String shards() {
    return folder.resolve("shards").toString();
  }

  String run(String name) {
    return folder.resolve(name).toString();
  }

  TrainingPlan plan(String network, String run, int replicas, long steps, String... settings) {
    return plan(Objective.content(), network, run, replicas, steps, settings);
  }

  /** Adversarial training on pixels, so that it needs no VGG19. */
  TrainingPlan ganPlan(String network, String run, int replicas, long steps, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train.gan.vgg.weight=0",
                "train.gan.pixel-weight=1",
                "train.gan.adversarial-weight=0.05",
                "train.gan.discriminator.channels=4",
                "train.gan.discriminator.blocks=2",
                "train.gan.discriminator.hidden=8"));
    all.addAll(List.of(settings));
    Objective objective = new Objective(Objective.Kind.ADVERSARIAL, "", "");
    return plan(objective, network, run, replicas, steps, all.toArray(String[]::new));
  }

  TrainingPlan plan(
      Objective objective,
      String network,
      String run,
      int replicas,
      long steps,
      String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "network.name=" + network,
                "network.channels=4",
                "network.blocks=1",
                "network.large-kernel=5",
                "network.scale=" + SCALE,
                "train.replicas=" + replicas,
                "train.global-batch=6",
                "train.steps=" + steps,
                "train.seed=3",
                "train.learning-rate=1e-3",
                "train.precision=fp32",
                "train.threads=1",
                "train.log-every=5",
                "train.checkpoint-every=10",
                "train.keep-checkpoints=3"));
    all.addAll(List.of(settings));
    Settings bound = ConfigLoader.load(Optional.empty(), all).bindSections(Settings.class);
    return new TrainingPlan(
        bound.network(),
        bound.train(),
        objective,
        Precision.FP32,
        1,
        shards(),
        run(run),
        TrainingIdentity.of(bound.network(), bound.train(), Precision.FP32, "x"));
  }

  private record Settings(NetworkSettings network, TrainSettings train) {}

  /** Trains with one thread per replica and returns the weights at the last step. */
  Map<String, NamedTensor> train(TrainingPlan plan) throws IOException {
    return train(plan, ComputeDevice.cpu());
  }

  Map<String, NamedTensor> train(TrainingPlan plan, ComputeDevice device) throws IOException {
    assertThat(end(plan, device, files, rank -> () -> false, rank -> Optional.empty()))
        .isEqualTo(new Ending(plan.train().steps(), Ending.Reason.FINISHED));
    return weights(plan, plan.train().steps());
  }

  /** Trains with one thread per replica and returns how all of them ended. */
  Ending end(
      TrainingPlan plan,
      FileStore store,
      IntFunction<BooleanSupplier> stopAsked,
      IntFunction<Optional<Validator>> validators)
      throws IOException {
    return end(plan, ComputeDevice.cpu(), store, stopAsked, validators);
  }

  private Ending end(
      TrainingPlan plan,
      ComputeDevice device,
      FileStore store,
      IntFunction<BooleanSupplier> stopAsked,
      IntFunction<Optional<Validator>> validators)
      throws IOException {
    int replicas = plan.train().replicas();
    ExecutorService threads = Executors.newFixedThreadPool(replicas);
    Set<Ending> endings = new HashSet<>();
    try {
      List<Future<Ending>> ends = new ArrayList<>();
      for (Communicator communicator : InProcessCommunicator.group(replicas, 60_000)) {
        int rank = communicator.rank();
        ReplicaServices services =
            new ReplicaServices(
                store,
                communicator,
                device,
                (step, loss, rate) -> {},
                stopAsked.apply(rank),
                validators.apply(rank));
        ends.add(
            threads.submit(
                () -> {
                  try (communicator) {
                    return new ReplicaLoop(plan, services).run();
                  }
                }));
      }
      for (Future<Ending> end : ends) {
        endings.add(end.get());
      }
    } catch (InterruptedException | ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
    assertThat(endings).hasSize(1);
    return endings.iterator().next();
  }

  Map<String, NamedTensor> weights(TrainingPlan plan, long step) throws IOException {
    String uri =
        Uris.child(new CheckpointStore(files, plan.outputUri()).uri(step), "model.safetensors");
    return Safetensors.read(files.readBytes(uri), uri);
  }

  /** A smooth ramp with an edge in it: something a network can learn in a few steps. */
  private static RgbImage gradient(SplittableRandom random) {
    byte[] pixels = new byte[CROP * CROP * 3];
    int edge = random.nextInt(CROP);
    int base = random.nextInt(100);
    for (int i = 0; i < pixels.length; i++) {
      int x = i / 3 % CROP;
      pixels[i] = (byte) (base + 3 * x + (x > edge ? 80 : 0) + 10 * (i % 3));
    }
    return new RgbImage(CROP, CROP, pixels);
  }
}
