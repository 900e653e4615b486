package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * A generator: float32 LR (N, 3, H, W) in {@link #inputRange()} to float32 SR (N, 3, scale H, scale
 * W) in {@link #outputRange()}.
 */
public abstract class SuperResolutionNetwork extends NamedNetwork {
  private final NetworkSettings settings;
  private ValueRange inputRange;
  private ValueRange outputRange;

  SuperResolutionNetwork(NetworkSettings settings, Precision precision) {
    super(settings.name(), precision);
    this.settings = settings;
  }

  /** What it is made of. */
  public NetworkSettings settings() {
    return settings;
  }

  /** What its input must be: what the architecture was made for, unless its weights say else. */
  public final ValueRange inputRange() {
    return inputRange == null ? ownInputRange() : inputRange;
  }

  /** What its output is: what the architecture was made for, unless its weights say else. */
  public final ValueRange outputRange() {
    return outputRange == null ? ownOutputRange() : outputRange;
  }

  abstract ValueRange ownInputRange();

  abstract ValueRange ownOutputRange();

  /** Sets what the weights were trained with; before the network is shared. */
  void setRanges(ValueRange input, ValueRange output) {
    this.inputRange = input;
    this.outputRange = output;
  }

  /**
   * How far an output pixel sees in the input: LR pixels in every direction, rounded up. An output
   * pixel depends on no input pixel further away, so a tile with a halo of this many pixels gives
   * the result of the whole image.
   */
  public abstract int receptiveRadius();

  /**
   * Enlarges a batch.
   *
   * @param lr float32 (N, 3, H, W); its manager owns the result and all between
   * @param training whether batch norm uses the batch's statistics and gradients are recorded
   */
  @Override
  public NDArray forward(NDArray lr, boolean training) {
    return super.forward(lr, training);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    Shape in = inputs[0];
    return new Shape[] {
      new Shape(in.get(0), 3, in.get(2) * settings.scale(), in.get(3) * settings.scale())
    };
  }
}
