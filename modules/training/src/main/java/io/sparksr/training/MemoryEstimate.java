package io.sparksr.training;

import io.sparksr.core.io.FileStore;
import io.sparksr.data.ShardManifest;
import io.sparksr.nn.Discriminators;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.TensorSpec;
import io.sparksr.nn.Vgg19Features;
import java.io.IOException;

/**
 * What a replica takes beside the Java heap, estimated: libtorch's activations, the flat buffers,
 * and the copy for checkpoints. SRResNet of the paper, batch 16, crops of 96: 0.84 GB, where 0.83
 * were measured.
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

  /** Activations of a discriminator for HR and SR, relative to its first layer's. */
  private static final double DISCRIMINATOR_MAPS = 8;

  /** Activations of VGG19 up to its last pool, relative to one channel of the image. */
  private static final long VGG19_MAPS = 300;

  private MemoryEstimate() {}

  /** Bytes that a replica of a plan takes. */
  public static long bytes(TrainingPlan plan, FileStore files) throws IOException {
    TrainSettings settings = plan.train();
    int replicas = settings.fewestReplicas();
    int samples = (settings.globalBatch() + replicas - 1) / replicas;
    int crop = ShardManifest.read(files, plan.shardsUri()).cropSize();
    long bytes = bytes(plan.network(), plan.precision(), crop, samples) + settings.cacheBytes();
    return plan.objective().kind() == Objective.Kind.ADVERSARIAL
        ? bytes + adversaryBytes(settings.gan(), plan.precision(), crop, samples)
        : bytes;
  }

  /** The discriminator, which keeps HR and SR for the way back, and VGG19, which keeps SR. */
  private static long adversaryBytes(GanSettings gan, Precision precision, int crop, int samples) {
    long parameters =
        Discriminators.create(gan.discriminator(), precision).tensors().stream()
            .mapToLong(TensorSpec::size)
            .sum();
    long pixels = (long) crop * crop;
    long floats = (long) (DISCRIMINATOR_MAPS * gan.discriminator().channels() * pixels);
    long bytes = parameters * BUFFERS * Float.BYTES;
    if (gan.needsVgg()) {
      floats += VGG19_MAPS * pixels;
      bytes +=
          new Vgg19Features(gan.vgg().cut(), precision)
                  .tensors().stream().mapToLong(TensorSpec::size).sum()
              * Float.BYTES;
    }
    int bytesOfActivation = precision == Precision.BF16 ? Short.BYTES : Float.BYTES;
    return bytes + (long) (floats * samples * bytesOfActivation * WORK);
  }

  static long bytes(NetworkSettings network, Precision precision, int crop, int samples) {
    long parameters =
        Networks.create(network, precision).tensors().stream().mapToLong(TensorSpec::size).sum();
    long side = crop / network.scale();
    long floats =
        (long) network.blocks() * ACTIVATIONS_OF_A_BLOCK * network.channels() * side * side;
    while (side < crop) {
      side = Math.min(crop, side * 2);
      floats += (long) ACTIVATIONS_OF_A_STAGE * network.channels() * side * side;
    }
    int bytesOfActivation = precision == Precision.BF16 ? Short.BYTES : Float.BYTES;
    return BASE_BYTES
        + parameters * BUFFERS * Float.BYTES
        + (long) (floats * samples * bytesOfActivation * WORK);
  }
}
