package io.sparksr.training;

import static io.sparksr.core.config.Checks.check;

import io.sparksr.evaluation.EvaluationProtocols;
import java.io.Serializable;
import java.util.List;

/**
 * What is scored while a network is trained; the keys of {@code train.validation}.
 *
 * @param set folders of HR images as {@code NAME=URI} or URIs; none: nothing is scored. The first
 *     decides which checkpoint is best
 * @param every steps between two validations
 * @param protocol a name of {@link EvaluationProtocols}
 * @param pictures how many of the first images TensorBoard shows enlarged
 */
public record ValidationSettings(List<String> set, long every, String protocol, int pictures)
    implements Serializable {

  /** Checks ranges, naming the key. */
  public ValidationSettings {
    set = List.copyOf(set);
    check(every >= 1, "every: must be at least 1, got " + every);
    check(
        EvaluationProtocols.names().contains(protocol),
        "protocol: unknown protocol '"
            + protocol
            + "'; known are "
            + String.join(", ", EvaluationProtocols.names()));
    check(pictures >= 0, "pictures: must not be negative, got " + pictures);
  }
}
