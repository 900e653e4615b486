package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.sparksr.core.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network of named tensors: a DJL block whose parameters carry the names of the PyTorch model's
 * {@code state_dict}. Values come from {@link FlatParameters}.
 */
public abstract class NamedNetwork extends AbstractBlock {
  private static final byte VERSION = 1;
  private static final Tape UNHEARD = (operation, inputs, output) -> {};

  private final String name;
  private final Precision precision;
  private final List<TensorSpec> tensors = new ArrayList<>();
  private TorchOps ops;

  NamedNetwork(String name, Precision precision) {
    super(VERSION);
    this.name = name;
    this.precision = precision;
  }

  /** Its name in its catalogue. */
  public final String name() {
    return name;
  }

  /** Parameters and batch-norm buffers, in the order of the PyTorch model's {@code state_dict}. */
  public List<TensorSpec> tensors() {
    return List.copyOf(tensors);
  }

  /**
   * Those of some tensors that are the network's, in its order. Others, such as {@code
   * num_batches_tracked}, are left alone.
   *
   * @param source where they come from, for the error message
   * @throws UserException (input) if a tensor is missing or has another shape
   */
  public List<NamedTensor> fitting(Map<String, NamedTensor> values, String source) {
    List<NamedTensor> fitting = new ArrayList<>();
    List<String> misfits = new ArrayList<>();
    for (TensorSpec spec : tensors) {
      NamedTensor tensor = values.get(spec.name());
      if (tensor == null) {
        misfits.add(spec.name() + " is missing");
      } else if (!Arrays.equals(tensor.shape(), spec.shape())) {
        misfits.add(
            spec.name() + " is " + new Shape(tensor.shape()) + ", not " + new Shape(spec.shape()));
      } else {
        fitting.add(tensor);
      }
    }
    if (!misfits.isEmpty()) {
      throw UserException.input(
          source
              + ": does not fit network '"
              + name
              + "': "
              + misfits.get(0)
              + (misfits.size() > 1 ? " (and " + (misfits.size() - 1) + " more)" : ""));
    }
    return fitting;
  }

  /**
   * Runs the network on a batch.
   *
   * @param images float32 (N, 3, H, W); its manager owns the result and all between
   * @param training whether batch norm uses the batch's statistics and gradients are recorded
   */
  public NDArray forward(NDArray images, boolean training) {
    return forward(new Pass(training, UNHEARD, Optional.empty(), false), images);
  }

  /**
   * Runs the network on a batch in training; batch norm uses the statistics that {@code gradients}
   * says.
   *
   * @param images float32 (N, 3, H, W); its manager owns the result and all between. For gradients
   *     of a frozen network's images they must come from {@link Gradients#branch}
   * @param gradients records on this thread
   */
  public NDArray forward(NDArray images, Gradients gradients) {
    return forward(new Pass(true, UNHEARD, gradients.tape(), images.hasGradient()), images);
  }

  /** A forward pass in evaluation whose operations are told to a tape. */
  NDArray forward(NDArray images, Tape tape) {
    return forward(new Pass(false, tape, Optional.empty(), false), images);
  }

  abstract NDArray forward(Pass pass, NDArray images);

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    return new NDList(forward(inputs.singletonOrThrow(), training));
  }

  @Override
  public DataType[] getOutputDataTypes() {
    return new DataType[] {DataType.FLOAT32};
  }

  /**
   * Declares a convolution's weight and bias, under {@code prefix.weight} and {@code prefix.bias}.
   */
  void convolution(String prefix, int in, int out, int kernel, double gain) {
    declare(
        TensorSpec.convolution(
            prefix + ".weight", in * kernel * kernel, gain, out, in, kernel, kernel));
    declare(TensorSpec.convolution(prefix + ".bias", in * kernel * kernel, gain, out));
  }

  /** Declares a linear layer's weight and bias, under {@code prefix.weight} and the like. */
  void linear(String prefix, int in, int out) {
    declare(TensorSpec.convolution(prefix + ".weight", in, 1, out, in));
    declare(TensorSpec.convolution(prefix + ".bias", in, 1, out));
  }

  /** Declares a batch norm over channels. */
  void batchNorm(String prefix, int channels) {
    declare(TensorSpec.constant(prefix + ".weight", 1, channels));
    declare(TensorSpec.constant(prefix + ".bias", 0, channels));
    declare(TensorSpec.buffer(prefix + ".running_mean", 0, channels));
    declare(TensorSpec.buffer(prefix + ".running_var", 1, channels));
  }

  /** Declares a PReLU with one slope for all channels. */
  void prelu(String prefix) {
    declare(TensorSpec.constant(prefix + ".weight", 0.25, 1));
  }

  void declare(TensorSpec spec) {
    tensors.add(spec);
    addParameter(
        Parameter.builder()
            .setName(spec.name())
            .setType(spec.buffer() ? Parameter.Type.RUNNING_MEAN : Parameter.Type.OTHER)
            .optRequiresGrad(!spec.buffer())
            .build());
  }

  private synchronized TorchOps ops(NDArray near) {
    if (ops == null) {
      ops = new TorchOps(near.getManager());
    }
    return ops;
  }

  /** Hears of the operations of a forward pass in their order. */
  interface Tape {
    /** An operation ran; its inputs may be closed later. */
    void ran(String operation, NDArray[] inputs, NDArray output);
  }

  /** One forward pass: runs operations on the activation and named parameters. */
  final class Pass {
    private final boolean training;
    private final Tape tape;
    private final Optional<SyncTape> sync;
    private final boolean imagesHaveGradient;

    Pass(boolean training, Tape tape, Optional<SyncTape> sync, boolean imagesHaveGradient) {
      this.training = training;
      this.tape = tape;
      this.sync = sync;
      this.imagesHaveGradient = imagesHaveGradient;
    }

    /** What to read in place of an activation that more than one operation reads. */
    NDArray branch(NDArray activation) {
      return sync.map(cuts -> cuts.branch(activation)).orElse(activation);
    }

    /**
     * Lets go of an activation that nothing in the network reads any more. Without a record of
     * gradients its memory is free at once; with one, as soon as back-propagation has passed it
     * rather than at the end of the step.
     *
     * @return {@code next}, what was made of it
     */
    NDArray used(NDArray activation, NDArray next) {
      if (sync.isEmpty()) { // else it is the record's
        activation.close();
      }
      return next;
    }

    /** The input in the layout and precision of the network. */
    NDArray enter(NDArray images) {
      return run(precision == Precision.BF16 ? "enter_bf16" : "enter_fp32", images);
    }

    /** The sum of two activations. */
    NDArray add(NDArray x, NDArray y) {
      NDArray sum = x.add(y);
      tape.ran("add", new NDArray[] {x, y}, sum);
      return sum;
    }

    /** An operation without weights. */
    NDArray run(String operation, NDArray x) {
      return recorded(ops(getDirectParameters().valueAt(0).getArray()), operation, x);
    }

    /** An operation that is the same in training and evaluation. */
    NDArray run(String operation, NDArray x, String prefix, String... names) {
      return run(operation, x, null, prefix, names);
    }

    /**
     * An operation with batch norm, which comes in two forms, and in two parts for batch norm over
     * all replicas.
     *
     * @param operation begins with that of the convolution and {@code _bn}
     * @param extra the last input if not null
     * @param names weight, bias, gamma, beta, running mean and variance, and what else is needed
     */
    NDArray runBatchNorm(
        String operation, NDArray x, NDArray extra, String prefix, String... names) {
      if (sync.isEmpty()) {
        return run(operation + (training ? "_train" : "_eval"), x, extra, prefix, names);
      }
      int split = operation.indexOf("_bn");
      List<String> parts =
          List.of(operation.substring(0, split) + "_only", "sync" + operation.substring(split));
      NDArray[] inputs = inputs(x, extra, prefix, names);
      // DJL can't tell of an activation whether it has a gradient; the network's weights are
      // trained together or not at all.
      return imagesHaveGradient || inputs[1].hasGradient()
          ? sync.get().convolutionAndBatchNorm(ops(inputs[1]), parts, inputs)
          : sync.get().unrecorded(ops(inputs[1]), parts, inputs);
    }

    /** An operation with another activation as its last input. */
    NDArray run(String operation, NDArray x, NDArray extra, String prefix, String... names) {
      NDArray[] inputs = inputs(x, extra, prefix, names);
      return recorded(ops(inputs[1]), operation, inputs);
    }

    private NDArray[] inputs(NDArray x, NDArray extra, String prefix, String... names) {
      NDArray[] inputs = new NDArray[1 + names.length + (extra == null ? 0 : 1)];
      inputs[0] = x;
      for (int i = 0; i < names.length; i++) {
        inputs[i + 1] = getDirectParameters().get(prefix + "." + names[i]).getArray();
      }
      if (extra != null) {
        inputs[inputs.length - 1] = extra;
      }
      return inputs;
    }

    private NDArray recorded(TorchOps operations, String operation, NDArray... inputs) {
      NDArray output = operations.run(operation, training, inputs);
      tape.ran(operation, inputs, output);
      return output;
    }
  }
}
