package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.testkit.NumpyArray;
import io.sparksr.testkit.SharedData;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A published checkpoint with the tutorial's names gives the output that PyTorch gives. */
class RealWeightsTest {
  private static final String WEIGHTS =
      "data/weights/srresnet7_x4_duykhuongnguyen_tutorial_names.npz";
  private static final String GOLDEN = "golden/models/srresnet7_duykhuongnguyen/";

  @Test
  void trainedSrResNetGivesPyTorchsOutput() {
    SuperResolutionNetwork network =
        Networks.create(new NetworkSettings("srresnet", 64, 7, 9, 3, 4), Precision.FP32);
    try (NDManager manager = NDManager.newBaseManager()) {
      new FlatParameters(network, manager).load(weights(), WEIGHTS);
      NumpyArray lr = NumpyArray.read(SharedData.path(GOLDEN + "crops_lr.npy"));
      float[] sr = network.forward(planar(manager, lr), false).toFloatArray();
      float[] expected = NumpyArray.read(SharedData.path(GOLDEN + "crops_sr.npy")).floats();
      assertThat(sr).hasSameSizeAs(expected);
      double largest = 0;
      for (int i = 0; i < sr.length; i++) {
        largest = Math.max(largest, Math.abs(sr[i] - (double) expected[i]));
      }
      assertThat(largest).isLessThan(1e-4);
    }
  }

  /** (N, H, W, 3) bytes to (N, 3, H, W) in [0, 1], which this checkpoint was trained with. */
  private static NDArray planar(NDManager manager, NumpyArray images) {
    int count = images.shape()[0];
    int side = images.shape()[1];
    float[] values = new float[count * 3 * side * side];
    int position = 0;
    for (int n = 0; n < count; n++) {
      byte[] pixels = images.bytesAt(n);
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < side * side; i++) {
          values[position++] = (pixels[3 * i + c] & 0xFF) / 255f;
        }
      }
    }
    return manager.create(values, new Shape(count, 3, side, side));
  }

  private static Map<String, NamedTensor> weights() {
    Map<String, NamedTensor> tensors = new LinkedHashMap<>();
    NumpyArray.readArchive(SharedData.path(WEIGHTS), name -> !name.endsWith("num_batches_tracked"))
        .forEach(
            (name, array) -> {
              long[] shape = Arrays.stream(array.shape()).asLongStream().toArray();
              tensors.put(name, new NamedTensor(name, shape, FloatBuffer.wrap(array.floats())));
            });
    return tensors;
  }
}
