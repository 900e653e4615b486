package io.sparksr.nn.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.ValueRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxModelTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void closeManager() {
    manager.close();
  }

  static Stream<String> names() {
    return StreamSupport.stream(Networks.names().spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("names")
  void onnxRuntimeGivesTheSamePixelsForEveryScaleAndSize(String name)
      throws IOException, OrtException {
    for (int scale : new int[] {2, 3, 4, 8}) {
      Fixture fixture = fixture(new NetworkSettings(name, 8, 2, 9, 3, scale));
      try (OrtSession session =
          OrtEnvironment.getEnvironment().createSession(fixture.bytes, options())) {
        for (long[] shape : new long[][] {{1, 3, 1, 1}, {2, 3, 7, 12}, {3, 3, 24, 5}}) {
          compare(fixture.network, session, shape);
        }
      }
    }
  }

  @Test
  void fileStatesItsVersionsShapesAndRanges() throws IOException {
    ModelProto model =
        ModelProto.parseFrom(fixture(new NetworkSettings("srresnet", 4, 1, 9, 3, 4)).bytes);
    assertThat(model.getIrVersion()).isEqualTo(8);
    assertThat(model.getOpsetImportList())
        .singleElement()
        .satisfies(set -> assertThat(set.getVersion()).isEqualTo(17));
    assertThat(shape(model.getGraph().getInput(0).getType()))
        .containsExactly("batch", "3", "height", "width");
    assertThat(shape(model.getGraph().getOutput(0).getType()))
        .containsExactly("batch", "3", "sr_height", "sr_width");
    assertThat(model.getMetadataPropsList())
        .extracting(entry -> entry.getKey() + "=" + entry.getValue())
        .containsExactly(
            "input_range=imagenet",
            "network=srresnet",
            "output_range=signed",
            "receptive_radius=10",
            "scale=4",
            "step=7");
    assertThat(model.getGraph().getInitializerList())
        .extracting(tensor -> tensor.getName())
        .contains("residual_blocks.0.conv_block1.conv_block.1.running_var");
  }

  @Test
  void sameModelGivesTheSameBytes() throws IOException {
    NetworkSettings settings = new NetworkSettings("msrresnet", 4, 1, 3, 3, 2);
    assertThat(fixture(settings).bytes).isEqualTo(fixture(settings).bytes);
  }

  private static List<String> shape(TypeProto type) {
    return type.getTensorType().getShape().getDimList().stream()
        .map(side -> side.getDimParam().isEmpty() ? "" + side.getDimValue() : side.getDimParam())
        .toList();
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    return options;
  }

  private void compare(SuperResolutionNetwork network, OrtSession session, long[] shape)
      throws OrtException {
    ValueRange in = network.inputRange();
    int plane = (int) (shape[2] * shape[3]);
    float[] lr = new float[(int) shape[0] * 3 * plane];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < lr.length; i++) {
      int channel = i / plane % 3;
      lr[i] = random.nextInt(256) * in.scale()[channel] + in.shift()[channel];
    }
    float[] expected = network.forward(manager.create(lr, new Shape(shape)), false).toFloatArray();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(lr), shape);
        OrtSession.Result result = session.run(Map.of("lr", input))) {
      OnnxTensor sr = (OnnxTensor) result.get(OnnxModel.OUTPUT).orElseThrow();
      int scale = network.settings().scale();
      assertThat(sr.getInfo().getShape())
          .containsExactly(shape[0], 3, shape[2] * scale, shape[3] * scale);
      float[] actual = new float[expected.length];
      sr.getFloatBuffer().get(actual);
      float level = network.outputRange().scale()[0];
      double largest = 0;
      double spread = 0;
      for (int i = 0; i < actual.length; i++) {
        largest = Math.max(largest, Math.abs(actual[i] - expected[i]) / level);
        spread = Math.max(spread, Math.abs(expected[i] - expected[0]) / level);
      }
      // Far below one level of 256, of an output that is no constant.
      assertThat(largest).isLessThan(0.01);
      assertThat(spread).isGreaterThan(2);
    }
  }

  private record Fixture(SuperResolutionNetwork network, byte[] bytes) {}

  /** A network whose statistics, slopes and factors differ from channel to channel. */
  private Fixture fixture(NetworkSettings settings) throws IOException {
    SuperResolutionNetwork network = Networks.create(settings, Precision.FP32);
    FlatParameters parameters = new FlatParameters(network, manager);
    parameters.initialise(1);
    SplittableRandom random = new SplittableRandom(2);
    vary(parameters.values(), random, -0.02, 0.02);
    vary(parameters.statistics(), random, 0, 0.3);
    parameters.valuesChanged();
    parameters.statisticsChanged();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OnnxModel.write(network, ModelDescription.of(settings, 7), parameters.tensors(), manager, out);
    return new Fixture(network, out.toByteArray());
  }

  private static void vary(FloatBuffer values, SplittableRandom random, double low, double high) {
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, values.get(i) + (float) random.nextDouble(low, high));
    }
  }
}
