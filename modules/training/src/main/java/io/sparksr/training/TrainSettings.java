package io.sparksr.training;

import static io.sparksr.core.config.Checks.check;

import io.sparksr.collective.RingSettings;
import io.sparksr.nn.AdamSettings;
import io.sparksr.nn.Losses;
import java.io.Serializable;

/**
 * How a network is trained; the keys of {@code train} in {@code reference.conf}, where each is
 * explained.
 *
 * @param replicas barrier tasks, each with a copy of the network
 * @param elastic when fewer do
 * @param globalBatch samples of one step over all replicas
 * @param steps of the whole run
 * @param seed of initial weights, sample order and augmentation
 * @param loss a name of {@link Losses}
 * @param vgg19Weights URI of VGG19's weights for adversarial training; empty if it does without
 * @param gan of adversarial training alone
 * @param learningRate of Adam, before the schedule
 * @param schedule of the learning rate
 * @param adam constants of Adam
 * @param clipValue limit of each gradient's absolute value; 0 for none
 * @param clipNorm limit of the gradients' norm; 0 for none
 * @param emaDecay of the moving average of the weights that checkpoints hold; 0 for none
 * @param augment whether samples are flipped and turned
 * @param precision {@code auto}, {@code fp32} or {@code bf16}
 * @param device where replicas compute
 * @param strictFp32 whether GPUs must not compute float32 in TF32
 * @param cudnnBenchmark whether cuDNN tries its algorithms to find the fastest
 * @param threads of libtorch per replica; 0 for the cores divided by the replicas of this machine
 * @param logEvery steps between two lines of metrics
 * @param checkpointEvery steps between two checkpoints
 * @param checkpointMinutes time between two checkpoints, whatever comes first; 0 for any
 * @param keepCheckpoints how many of the newest checkpoints stay
 * @param keepBest how many of the best checkpoints by validation stay beside them
 * @param validation what is scored meanwhile
 * @param onDivergence what happens when the loss has diverged
 * @param divergence what that means
 * @param cacheBytes pixels kept in memory per replica
 * @param maxFailures how often the stage of replicas may fail before the run gives up
 * @param communication of the gradient ring
 * @param encrypt whether the gradient ring is encrypted
 * @param batchNorm whose samples batch norm sees
 * @param verifyWeightsEvery steps between two comparisons of the replicas' weights; 0 for none
 */
public record TrainSettings(
    int replicas,
    ElasticSettings elastic,
    int globalBatch,
    long steps,
    long seed,
    String loss,
    String vgg19Weights,
    GanSettings gan,
    double learningRate,
    Schedule schedule,
    AdamSettings adam,
    double clipValue,
    double clipNorm,
    double emaDecay,
    boolean augment,
    PrecisionChoice precision,
    DeviceChoice device,
    boolean strictFp32,
    boolean cudnnBenchmark,
    int threads,
    long logEvery,
    long checkpointEvery,
    double checkpointMinutes,
    int keepCheckpoints,
    int keepBest,
    ValidationSettings validation,
    OnDivergence onDivergence,
    DivergenceSettings divergence,
    long cacheBytes,
    int maxFailures,
    RingSettings communication,
    EncryptChoice encrypt,
    BatchNormChoice batchNorm,
    long verifyWeightsEvery)
    implements Serializable {

  /** Checks ranges, naming the key. */
  public TrainSettings {
    check(replicas >= 1, "replicas: must be at least 1, got " + replicas);
    check(
        elastic.minReplicas() <= replicas,
        "elastic.min-replicas: "
            + elastic.minReplicas()
            + " are more than train.replicas, which is "
            + replicas);
    check(globalBatch >= 1, "global-batch: must be at least 1, got " + globalBatch);
    check(
        globalBatch >= replicas || replicas < 1,
        "global-batch: " + globalBatch + " samples are too few for " + replicas + " replicas");
    check(steps >= 1, "steps: must be at least 1, got " + steps);
    Losses.checkName(loss);
    check(learningRate > 0, "learning-rate: must be positive, got " + learningRate);
    check(clipValue >= 0, "clip-value: must not be negative, got " + clipValue);
    check(clipNorm >= 0, "clip-norm: must not be negative, got " + clipNorm);
    check(emaDecay >= 0 && emaDecay < 1, "ema-decay: must be in [0, 1), got " + emaDecay);
    check(threads >= 0, "threads: must not be negative, got " + threads);
    check(logEvery >= 1, "log-every: must be at least 1, got " + logEvery);
    check(checkpointEvery >= 1, "checkpoint-every: must be at least 1, got " + checkpointEvery);
    check(
        checkpointMinutes >= 0,
        "checkpoint-minutes: must not be negative, got " + checkpointMinutes);
    check(keepBest >= 0, "keep-best: must not be negative, got " + keepBest);
    check(keepCheckpoints >= 1, "keep-checkpoints: must be at least 1, got " + keepCheckpoints);
    check(cacheBytes >= 0, "cache-bytes: must not be negative, got " + cacheBytes);
    check(
        verifyWeightsEvery >= 0,
        "verify-weights-every: must not be negative, got " + verifyWeightsEvery);
    check(maxFailures >= 1, "max-failures: must be at least 1, got " + maxFailures);
  }

  /** The fewest replicas that train: all, unless training is elastic. */
  public int fewestReplicas() {
    return elastic.minReplicas() == 0 ? replicas : elastic.minReplicas();
  }
}
