package io.sparksr.nn.onnx;

import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkTrace;
import io.sparksr.nn.SuperResolutionNetwork;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A network as an ONNX model: opset 17, any batch, height and width. Its input {@code lr} is
 * float32 (batch, 3, height, width) in the network's input range, its output {@code sr} float32
 * (batch, 3, scale * height, scale * width) in its output range; both ranges, the scale and the
 * receptive radius stand in the model's metadata.
 */
public final class OnnxModel {
  /** The name of the output. */
  public static final String OUTPUT = "sr";

  private static final int OPSET = 17;

  /** The version of the file format that came with the opset. */
  private static final int IR_VERSION = 8;

  private OnnxModel() {}

  /**
   * Writes a model.
   *
   * @param network with its values, in float32
   * @param description of the network
   * @param tensors the network's values, by the names of its {@code state_dict}
   * @param manager for the short time the network is traced
   */
  public static void write(
      SuperResolutionNetwork network,
      ModelDescription description,
      List<NamedTensor> tensors,
      NDManager manager,
      OutputStream out)
      throws IOException {
    OnnxGraph graph = new OnnxGraph(tensors);
    NetworkTrace.of(network, manager).operations().forEach(graph::add);
    GraphProto.Builder finished =
        graph
            .finish(OUTPUT)
            .setName(description.network())
            .addInput(value(NetworkTrace.INPUT, "height", "width"))
            .addOutput(value(OUTPUT, "sr_height", "sr_width"));
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("SparkSR")
            .setDocString(
                description.scale()
                    + "x super-resolution; lr: RGB, "
                    + description.inputRange()
                    + "; sr: RGB, "
                    + description.outputRange())
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(finished);
    metadata(network, description)
        .forEach(
            (key, text) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(text)));
    model.build().writeTo(out);
  }

  private static Map<String, String> metadata(
      SuperResolutionNetwork network, ModelDescription description) {
    return new TreeMap<>(
        Map.of(
            "network", description.network(),
            "scale", String.valueOf(description.scale()),
            "input_range", description.inputRange(),
            "output_range", description.outputRange(),
            "receptive_radius", String.valueOf(network.receptiveRadius()),
            "step", String.valueOf(description.step())));
  }

  private static ValueInfoProto value(String name, String height, String width) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(side("batch"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(3))
            .addDim(side(height))
            .addDim(side(width));
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static TensorShapeProto.Dimension.Builder side(String name) {
    return TensorShapeProto.Dimension.newBuilder().setDimParam(name);
  }
}
