package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * The first layers of VGG19 (Simonyan and Zisserman 2015, configuration E): float32 images (N, 3,
 * H, W) in {@link ValueRange#IMAGENET} to float32 features (N, C, H / 2^(i-1), W / 2^(i-1)), for a
 * cut before pool i. Tensors have torchvision's names. They are never trained: gradients pass
 * through to the images only.
 */
public final class Vgg19Features extends NamedNetwork {
  private final VggCut cut;

  /** The layers up to a cut, without values. */
  public Vgg19Features(VggCut cut, Precision precision) {
    super("vgg19", precision);
    this.cut = cut;
    int layer = 0;
    int in = 3;
    for (int pool = 1; pool <= cut.pool(); pool++) {
      int out = VggCut.channels(pool);
      for (int i = 0; i < cut.convolutionsBefore(pool); i++) {
        declare(TensorSpec.buffer("features." + layer + ".weight", 0, out, in, 3, 3));
        declare(TensorSpec.buffer("features." + layer + ".bias", 0, out));
        // A convolution and its ReLU are two of torchvision's layers.
        layer += 2;
        in = out;
      }
      layer++;
    }
  }

  /** The smallest height and width of images that it takes. */
  public int smallestSide() {
    return 1 << (cut.pool() - 1);
  }

  @Override
  NDArray forward(Pass pass, NDArray images) {
    NDArray x = pass.enter(images);
    int layer = 0;
    for (int pool = 1; pool <= cut.pool(); pool++) {
      int count = cut.convolutionsBefore(pool);
      for (int i = 1; i <= count; i++) {
        boolean last = pool == cut.pool() && i == count;
        boolean plain = last && cut.activation() == VggCut.Activation.BEFORE;
        x =
            pass.used(
                x,
                pass.run(
                    plain ? "conv_only" : "conv_relu", x, "features." + layer, "weight", "bias"));
        layer += 2;
      }
      if (pool < cut.pool()) {
        x = pass.used(x, pass.run("max_pool", x));
        layer++;
      }
    }
    return pass.used(x, pass.run("leave", x));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    Shape in = inputs[0];
    int halvings = cut.pool() - 1;
    return new Shape[] {
      new Shape(
          in.get(0), VggCut.channels(cut.pool()), in.get(2) >> halvings, in.get(3) >> halvings)
    };
  }
}
