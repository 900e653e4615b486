package io.sparksr.nn.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkTrace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns the operations of a network, one after the other, into nodes of an ONNX graph. */
final class OnnxGraph {
  private static final float EPSILON = 1e-5f;
  private static final float LEAKY_SLOPE = 0.1f;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Map<String, NamedTensor> tensors = new LinkedHashMap<>();

  /** The ONNX names of the operations' results. */
  private final Map<String, String> values = new HashMap<>();

  private String last = "";

  OnnxGraph(List<NamedTensor> tensors) {
    for (NamedTensor tensor : tensors) {
      this.tensors.put(tensor.name(), tensor);
      graph.addInitializer(initializer(tensor));
    }
  }

  /**
   * Adds an operation.
   *
   * @throws IllegalStateException if it has no form in ONNX
   */
  void add(NetworkTrace.Operation operation) {
    Iterator<String> in =
        operation.inputs().stream().map(name -> values.getOrDefault(name, name)).iterator();
    last = nodes(operation.name(), in);
    values.put(operation.output(), last);
    if (in.hasNext()) {
      throw new IllegalStateException(operation + " has an input more than its form in ONNX");
    }
  }

  /** The graph; what the last operation gave gets a name of its own. */
  GraphProto.Builder finish(String output) {
    NodeProto.Builder node = graph.getNodeBuilder(graph.getNodeCount() - 1);
    if (!node.getOutput(0).equals(last)) {
      throw new IllegalStateException("the last operation computes nothing");
    }
    node.setOutput(0, output);
    return graph;
  }

  /** The nodes of one operation; its inputs are taken from left to right. */
  private String nodes(String operation, Iterator<String> in) {
    return switch (operation) {
      case "enter_fp32" -> in.next();
      case "add" -> node("Add", in.next(), in.next());
      case "conv_prelu" -> node("PRelu", convolution(in), in.next());
      case "conv_bn_prelu_eval" -> node("PRelu", batchNorm(convolution(in), in), in.next());
      case "conv_bn_add_eval" -> node("Add", batchNorm(convolution(in), in), in.next());
      case "conv_shuffle_prelu" -> node("PRelu", shuffled(in), in.next());
      case "conv_tanh" -> node("Tanh", convolution(in));
      case "conv_leaky" -> leaky(convolution(in));
      case "conv_shuffle_leaky" -> leaky(shuffled(in));
      case "residual" -> {
        String x = in.next();
        String inner = node("Relu", convolution(x, in));
        yield node("Add", x, convolution(inner, in));
      }
      case "conv_add_bilinear" -> {
        String residue = convolution(in);
        yield node("Add", residue, enlarged(in.next(), residue));
      }
      default -> throw new IllegalStateException("operation " + operation + " has no form in ONNX");
    };
  }

  private String convolution(Iterator<String> in) {
    return convolution(in.next(), in);
  }

  /** Stride 1, zeros around the image so that its size stays. */
  private String convolution(String x, Iterator<String> weightAndBias) {
    String weight = weightAndBias.next();
    long[] shape = tensors.get(weight).shape();
    long top = shape[2] / 2;
    long left = shape[3] / 2;
    NodeProto.Builder node = begin("Conv", x, weight, weightAndBias.next());
    node.setName(weight.substring(0, weight.lastIndexOf('.')));
    node.addAttribute(integers("kernel_shape", shape[2], shape[3]));
    node.addAttribute(integers("pads", top, left, top, left));
    return end(node);
  }

  private String batchNorm(String x, Iterator<String> in) {
    NodeProto.Builder node =
        begin("BatchNormalization", x, in.next(), in.next(), in.next(), in.next());
    node.addAttribute(real("epsilon", EPSILON));
    return end(node);
  }

  /** A convolution and the pixel shuffle of its result; the growth in channels gives the factor. */
  private String shuffled(Iterator<String> in) {
    String x = in.next();
    String weight = in.next();
    long[] shape = tensors.get(weight).shape();
    String wide = convolution(x, List.of(weight, in.next()).iterator());
    NodeProto.Builder node = begin("DepthToSpace", wide);
    node.addAttribute(integer("blocksize", Math.round(Math.sqrt((double) shape[0] / shape[1]))));
    // The order of PyTorch's pixel shuffle: channel, row, column.
    node.addAttribute(text("mode", "CRD"));
    return end(node);
  }

  private String leaky(String x) {
    NodeProto.Builder node = begin("LeakyRelu", x);
    node.addAttribute(real("alpha", LEAKY_SLOPE));
    return end(node);
  }

  /** An image enlarged bilinearly to the size of another value. */
  private String enlarged(String image, String like) {
    NodeProto.Builder node = begin("Resize", image, "", "", node("Shape", like));
    node.addAttribute(text("mode", "linear"));
    node.addAttribute(text("coordinate_transformation_mode", "half_pixel"));
    return end(node);
  }

  private String node(String type, String... inputs) {
    return end(begin(type, inputs));
  }

  private static NodeProto.Builder begin(String type, String... inputs) {
    return NodeProto.newBuilder().setOpType(type).addAllInput(List.of(inputs));
  }

  private String end(NodeProto.Builder node) {
    String output = "v" + graph.getNodeCount();
    if (node.getName().isEmpty()) {
      node.setName(node.getOpType() + "." + graph.getNodeCount());
    }
    graph.addNode(node.addOutput(output));
    return output;
  }

  private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  private static AttributeProto integer(String name, long value) {
    return attribute(name, AttributeProto.AttributeType.INT).setI(value).build();
  }

  private static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute = attribute(name, AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static AttributeProto real(String name, float value) {
    return attribute(name, AttributeProto.AttributeType.FLOAT).setF(value).build();
  }

  private static AttributeProto text(String name, String value) {
    return attribute(name, AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  private static TensorProto initializer(NamedTensor tensor) {
    FloatBuffer values = tensor.values().duplicate().rewind();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.remaining() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setName(tensor.name())
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (long side : tensor.shape()) {
      proto.addDims(side);
    }
    return proto.build();
  }
}
