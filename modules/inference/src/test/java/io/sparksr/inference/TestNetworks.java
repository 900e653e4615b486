package io.sparksr.inference;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.RgbImage;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.SuperResolutionNetwork;
import java.util.SplittableRandom;

/** Small networks and images for them. */
final class TestNetworks {
  private TestNetworks() {}

  static SuperResolutionNetwork create(String name, NDManager manager) {
    SuperResolutionNetwork network =
        Networks.create(new NetworkSettings(name, 6, 2, 5, 3, 4), Precision.FP32);
    new FlatParameters(network, manager).initialise(1);
    return network;
  }

  static RgbImage noise(int width, int height) {
    byte[] pixels = new byte[width * height * 3];
    new SplittableRandom(4).nextBytes(pixels);
    return new RgbImage(width, height, pixels);
  }
}
