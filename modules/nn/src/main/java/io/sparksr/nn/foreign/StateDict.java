package io.sparksr.nn.foreign;

import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Safetensors;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network's values as PyTorch has them: a safetensors file that its module takes with {@code
 * load_state_dict(strict=True)}, and that imported again is the same model.
 */
public final class StateDict {
  static final String INPUT_RANGE = "sparksr.input-range";
  static final String OUTPUT_RANGE = "sparksr.output-range";

  private static final String VARIANCE = ".running_var";
  private static final String BATCHES = ".num_batches_tracked";

  private StateDict() {}

  /**
   * Writes one.
   *
   * @param description of the network, with its ranges
   * @param tensors of the network, in its order
   */
  public static void write(
      ModelDescription description, List<NamedTensor> tensors, OutputStream out)
      throws IOException {
    // PyTorch counts the batches of each batch norm, and misses the count if it isn't there.
    Map<String, Long> counts = new LinkedHashMap<>();
    for (NamedTensor tensor : tensors) {
      String name = tensor.name();
      if (name.endsWith(VARIANCE)) {
        counts.put(
            name.substring(0, name.length() - VARIANCE.length()) + BATCHES, description.step());
      }
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt");
    metadata.put("sparksr.network", description.network());
    metadata.put(INPUT_RANGE, description.inputRange());
    metadata.put(OUTPUT_RANGE, description.outputRange());
    Safetensors.write(out, tensors, counts, metadata);
  }
}
