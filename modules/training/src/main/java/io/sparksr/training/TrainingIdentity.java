package io.sparksr.training;

import io.sparksr.collective.WireFormat;
import io.sparksr.core.UserException;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What makes two trainings the same: the settings that the weights depend on, and the data. Where
 * it runs, how often it logs and saves, and how long it goes on are not part of it.
 */
public final class TrainingIdentity {
  private static final Set<String> INCIDENTAL =
      Set.of(
          "train.replicas",
          "train.steps",
          "train.precision",
          "train.device",
          "train.strict-fp32",
          "train.cudnn-benchmark",
          "train.threads",
          "train.log-every",
          "train.checkpoint-every",
          "train.checkpoint-minutes",
          "train.keep-checkpoints",
          "train.keep-best",
          "train.on-divergence",
          "train.cache-bytes",
          "train.max-failures",
          "train.encrypt",
          "train.verify-weights-every",
          "train.batch-norm");
  private static final List<String> INCIDENTAL_SECTIONS =
      List.of("train.communication.", "train.validation.", "train.divergence.", "train.elastic.");
  private static final String GAN_SECTION = "train.gan.";
  private static final String VGG19_WEIGHTS = "train.vgg19-weights";

  private TrainingIdentity() {}

  /** The identity of training by a content loss as readable key and value pairs. */
  public static Map<String, String> of(
      NetworkSettings network, TrainSettings train, Precision precision, String shardsSha256) {
    Map<String, String> identity = new TreeMap<>();
    flatten("network", tree(network), identity);
    flatten("train", tree(train), identity);
    identity
        .keySet()
        .removeIf(
            key ->
                INCIDENTAL.contains(key) || INCIDENTAL_SECTIONS.stream().anyMatch(key::startsWith));
    if (train.communication().wire() == WireFormat.BF16) {
      identity.put("train.communication.wire", "bf16"); // rounding changes the weights
    }
    if (train.batchNorm() == BatchNormChoice.SYNC) {
      identity.put("train.batch-norm", "sync");
    }
    if (train.strictFp32()) {
      identity.put("train.strict-fp32", "true");
    }
    if (train.schedule().dependsOnLastStep()) {
      // The cosine ends at the last step, so every learning rate depends on it.
      identity.put("train.steps", Long.toString(train.steps()));
    }
    identity.put("precision", precision.name().toLowerCase(Locale.ROOT));
    identity.put("shards", "manifest with SHA-256 " + shardsSha256);
    identity.keySet().removeIf(key -> key.startsWith(GAN_SECTION) || key.equals(VGG19_WEIGHTS));
    return identity;
  }

  /**
   * The same for adversarial training.
   *
   * @param content the identity without it
   * @param vgg19Sha256 of the file with VGG19's weights; empty if there is none
   */
  public static Map<String, String> adversarial(
      Map<String, String> content, TrainSettings train, String vgg19Sha256) {
    Map<String, String> identity = new TreeMap<>(content);
    flatten("train.gan", tree(train.gan()), identity);
    identity.put("training", "srgan");
    if (!vgg19Sha256.isEmpty()) {
      identity.put(VGG19_WEIGHTS, "file with SHA-256 " + vgg19Sha256);
    }
    return identity;
  }

  /**
   * The same for training that starts from given weights.
   *
   * @param weightsSha256 of those weights
   */
  public static Map<String, String> from(Map<String, String> identity, String weightsSha256) {
    Map<String, String> from = new TreeMap<>(identity);
    from.put("--init", "weights with SHA-256 " + weightsSha256);
    return from;
  }

  /**
   * Checks that a run may go on from a checkpoint.
   *
   * @throws UserException (configuration) with one line per difference
   */
  public static void requireEqual(
      Map<String, String> saved, Map<String, String> current, String checkpoint) {
    List<String> differences = differences(saved, current, checkpoint);
    if (!differences.isEmpty()) {
      throw UserException.configuration(
          differences.stream()
              .map(
                  line ->
                      line + ". Set it back, train into another --output, or accept it: --override")
              .toList());
    }
  }

  /**
   * How a configuration differs from a checkpoint's, a line for each key.
   *
   * @param checkpoint for the text
   */
  public static List<String> differences(
      Map<String, String> saved, Map<String, String> current, String checkpoint) {
    List<String> differences = new ArrayList<>();
    Set<String> keys = new TreeSet<>(saved.keySet());
    keys.addAll(current.keySet());
    for (String key : keys) {
      String before = saved.getOrDefault(key, "not set");
      String now = current.getOrDefault(key, "not set");
      if (!before.equals(now)) {
        differences.add(key + ": was " + before + " in " + checkpoint + ", now " + now);
      }
    }
    return differences;
  }

  private static Map<?, ?> tree(Record settings) {
    return JsonCodec.parse(JsonCodec.document(settings), Map.class, "settings");
  }

  private static void flatten(String prefix, Object value, Map<String, String> target) {
    if (value instanceof Map<?, ?> section) {
      section.forEach(
          (name, child) ->
              flatten(
                  prefix
                      + "."
                      + ((String) name).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT),
                  child,
                  target));
    } else {
      target.put(prefix, String.valueOf(value));
    }
  }
}
