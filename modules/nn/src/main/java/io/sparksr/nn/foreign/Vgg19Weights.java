package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Precision;
import io.sparksr.nn.TensorSpec;
import io.sparksr.nn.Vgg19Features;
import io.sparksr.nn.VggCut;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The weights of VGG19's first layers from a file with torchvision's names.
 *
 * @param tensors of {@link Vgg19Features}, in its order
 * @param sha256 of the file
 * @param warning that it is not torchvision's official file, if so
 */
public record Vgg19Weights(List<NamedTensor> tensors, String sha256, Optional<String> warning) {
  /** The file that torchvision downloads. */
  public static final String OFFICIAL_URL =
      "https://download.pytorch.org/models/vgg19-dcbb9e9d.pth";

  /** Torchvision puts the first digits of a file's SHA-256 into its name. */
  private static final String OFFICIAL_SHA256 = "dcbb9e9d";

  private static final Pattern PREFIX = Pattern.compile("^module\\.");

  /**
   * Reads what a cut needs and nothing else. Any file but torchvision's official one is accepted
   * with a warning: its features may be those of another training.
   *
   * @param key the configuration key that names the file, for messages
   * @param uri of the file, in any format of {@link WeightFile}; empty if none is configured
   * @throws UserException if there is no file, or it lacks a layer; it says what to download and
   *     where to put it
   */
  public static Vgg19Weights read(FileStore files, String key, String uri, VggCut cut)
      throws IOException {
    if (uri.isBlank() || !files.exists(uri)) {
      throw UserException.input(
          key
              + ": "
              + (uri.isBlank()
                  ? "is not set, but a loss on VGG19's features"
                  : uri + ": not found. This loss")
              + " needs its ImageNet weights, which are not part of SparkSR. Download "
              + OFFICIAL_URL
              + " (548 MB), put it where the driver can read it (file, hdfs, s3a) and set "
              + key
              + " to its URI; or train without VGG19 by train.gan.vgg.weight = 0");
    }
    Vgg19Features network = new Vgg19Features(cut, Precision.FP32);
    Set<String> needed =
        network.tensors().stream().map(TensorSpec::name).collect(Collectors.toSet());
    WeightFile file =
        WeightFile.read(files, uri, name -> needed.contains(PREFIX.matcher(name).replaceFirst("")));
    NameMapping.Renamed renamed = NameMapping.NONE.apply(file.parts().get(0).tensors(), uri);
    List<NamedTensor> tensors = network.fitting(renamed.tensors(), uri);
    Optional<String> warning =
        file.sha256().startsWith(OFFICIAL_SHA256)
            ? Optional.empty()
            : Optional.of(
                key
                    + ": "
                    + uri
                    + " has the SHA-256 "
                    + file.sha256()
                    + ", not that of torchvision's vgg19-"
                    + OFFICIAL_SHA256
                    + ".pth, which begins with "
                    + OFFICIAL_SHA256);
    return new Vgg19Weights(List.copyOf(tensors), file.sha256(), warning);
  }
}
