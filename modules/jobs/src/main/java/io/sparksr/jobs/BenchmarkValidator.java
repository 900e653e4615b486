package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.FloatImage;
import io.sparksr.evaluation.Score;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Precision;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.training.Validator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Scores on benchmark folders as {@link EvaluateJob} does: in float32, tile by tile, by the same
 * protocol. It has a network of its own, which takes over the trained values.
 */
final class BenchmarkValidator implements Validator {
  private static final int TILE_SIZE = 128;
  private static final int TILES_AT_ONCE = 1;
  private static final long MAX_PIXELS = 200_000_000;

  private final FileStore files;
  private final List<EvaluateTask.Item> items;
  private final EvaluationProtocol protocol;
  private final NDManager manager;
  private FlatParameters parameters;
  private TiledUpscaler upscaler;

  BenchmarkValidator(
      FileStore files,
      ComputeDevice device,
      List<EvaluateTask.Item> items,
      String protocol,
      int scale) {
    this.files = files;
    this.manager = device.newManager();
    this.items = items;
    this.protocol = EvaluationProtocols.named(protocol, scale);
  }

  /**
   * The images of the sets that a configuration names.
   *
   * @throws UserException (input) if a set is missing or empty, or an image can't be scored
   */
  static List<EvaluateTask.Item> items(
      FileStore files, List<String> sets, String protocol, int scale) throws IOException {
    List<ModelRef.Named> named = sets.stream().map(ModelRef.Named::parse).toList();
    ModelRef.Named.requireDistinct(
        "train.validation.set", named.stream().map(ModelRef.Named::name).toList());
    List<EvaluateTask.Item> items = EvaluationImages.list(files, named, Map.of(), scale, 0);
    for (EvaluateTask.Item item : items) {
      // Now rather than after hours.
      read(files, item, EvaluationProtocols.named(protocol, scale));
    }
    return items;
  }

  @Override
  public List<Image> images() {
    return items.stream().map(item -> new Image(item.set(), item.image())).toList();
  }

  @Override
  public void load(ModelDescription description, List<NamedTensor> model) {
    if (parameters == null) {
      SuperResolutionNetwork network = description.create(Precision.FP32);
      parameters = new FlatParameters(network, manager);
      upscaler = new TiledUpscaler(network, manager, TILE_SIZE, TILES_AT_ONCE);
    }
    parameters.load(
        model.stream().collect(Collectors.toMap(NamedTensor::name, Function.identity())),
        "the network in training");
  }

  @Override
  public Result score(int image) throws IOException {
    BenchmarkImage benchmark = read(files, items.get(image), protocol);
    RgbImage hr = protocol.cropHr(benchmark.image());
    RgbImage lr = protocol.reduce(hr);
    FloatImage sr = new FloatImage(hr.width(), hr.height(), upscaler.upscale(lr));
    Score score = protocol.score(hr, sr, benchmark.colour());
    return new Result(sr.toRgb(), score);
  }

  @Override
  public void close() {
    manager.close();
  }

  private static BenchmarkImage read(
      FileStore files, EvaluateTask.Item item, EvaluationProtocol protocol) throws IOException {
    try {
      BenchmarkImage benchmark = BenchmarkImage.read(files, item.uri(), MAX_PIXELS);
      benchmark.requireSize(protocol);
      return benchmark;
    } catch (ImageException e) {
      throw UserException.input(
          item.uri()
              + ": "
              + e.reason().label()
              + " ("
              + e.getMessage()
              + "). Mend or remove it, or name other folders in train.validation.set",
          e);
    }
  }
}
