package io.sparksr.training;

import io.sparksr.core.io.FileStore;
import io.sparksr.data.ShardManifest;
import io.sparksr.nn.Discriminators;
import io.sparksr.nn.NamedNetwork;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.TensorSpec;
import java.io.IOException;

/**
 * What a replica takes beside the Java heap, at least: libtorch's activations for the generator,
 * the flat buffers of all networks, and the copies for checkpoints. SRResNet of the paper, batch
 * 16, crops of 96: 0.85 GB, where 0.83 were measured.
 */
public final class MemoryEstimate {
  /** The JVM's own and libtorch's code. */
  private static final long BASE_BYTES = 200L << 20;

  /** Values, gradients, two moments, and the copies of all but the gradients. */
  private static final int BUFFERS = 7;

  /** Of a residual block: what its convolutions and norms keep for the way back. */
  private static final int ACTIVATIONS_OF_A_BLOCK = 6;

  /** Of an enlarging stage, at its output's size. */
  private static final int ACTIVATIONS_OF_A_STAGE = 3;

  /** Gradients of activations and work space, relative to the activations. */
  private static final double WORK = 1.6;

  private MemoryEstimate() {}

  /** Bytes that a replica of a plan takes. */
  public static long bytes(TrainingPlan plan, FileStore files) throws IOException {
    TrainSettings settings = plan.train();
    int samples = (settings.globalBatch() + settings.replicas() - 1) / settings.replicas();
    int crop = ShardManifest.read(files, plan.shardsUri()).cropSize();
    long adversary =
        plan.objective().kind() == Objective.Kind.ADVERSARIAL
            ? bytes(Discriminators.create(settings.gan().discriminator(), plan.precision()))
            : 0;
    return bytes(plan.network(), plan.precision(), crop, samples)
        + adversary
        + settings.cacheBytes();
  }

  static long bytes(NetworkSettings network, Precision precision, int crop, int samples) {
    long side = crop / network.scale();
    long floats =
        (long) network.blocks() * ACTIVATIONS_OF_A_BLOCK * network.channels() * side * side;
    while (side < crop) {
      side = Math.min(crop, side * 2);
      floats += (long) ACTIVATIONS_OF_A_STAGE * network.channels() * side * side;
    }
    int bytesOfActivation = precision == Precision.BF16 ? Short.BYTES : Float.BYTES;
    return BASE_BYTES
        + bytes(Networks.create(network, precision))
        + (long) (floats * samples * bytesOfActivation * WORK);
  }

  private static long bytes(NamedNetwork network) {
    return BUFFERS * Float.BYTES * network.tensors().stream().mapToLong(TensorSpec::size).sum();
  }
}
