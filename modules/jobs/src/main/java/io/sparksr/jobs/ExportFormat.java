package io.sparksr.jobs;

import io.sparksr.core.UserException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a model can be written as. */
public enum ExportFormat {
  /** One safetensors file with the names of the PyTorch model's {@code state_dict}. */
  SAFETENSORS,
  /** A model folder that DJL's {@code Criteria} loads. */
  DJL,
  /** One ONNX file. */
  ONNX;

  /** Its name on the command line. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All names, as a list in words. */
  public static String keys() {
    return Arrays.stream(values()).map(ExportFormat::key).collect(Collectors.joining(", "));
  }

  /**
   * The format with a name.
   *
   * @param option where it stands, for the error message
   * @throws UserException (configuration) if there is none
   */
  public static ExportFormat of(String option, String name) {
    return Arrays.stream(values())
        .filter(format -> format.key().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                UserException.configuration(
                    option + ": unknown format '" + name + "'; known are " + keys()));
  }
}
