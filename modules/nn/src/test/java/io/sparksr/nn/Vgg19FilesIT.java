package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.nn.foreign.Vgg19Weights;
import io.sparksr.testkit.PythonPeer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole files of 548 MB as torchvision's VGG19 is saved, with made-up weights; skipped where no
 * Python has torchvision.
 */
class Vgg19FilesIT {
  private static final String REFERENCE = "vgg19-v1.safetensors";
  private static final VggCut CUT = new VggCut(5, 4, VggCut.Activation.AFTER);

  @TempDir private Path folder;

  @Test
  void everyFormatGivesTorchvisionsFeatures() throws IOException {
    PythonPeer.run(
        Path.of("src/test/python/make_vgg.py"), List.of("torchvision"), folder.toString());
    for (String name : new String[] {"legacy.pth", "zip.pth", "vgg.safetensors"}) {
      String uri = folder.resolve(name).toString();
      Vgg19Weights weights = Vgg19Weights.read(new LocalFileStore(), "key", uri, CUT);
      assertThat(weights.tensors()).hasSize(32);
      assertThat(weights.warning()).isPresent();
      assertFeatures(weights, name);
    }
  }

  private static void assertFeatures(Vgg19Weights weights, String name) throws IOException {
    Map<String, NamedTensor> reference;
    try (InputStream in = Vgg19FilesIT.class.getResourceAsStream(REFERENCE)) {
      reference = Safetensors.read(in.readAllBytes(), REFERENCE);
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      Vgg19Features vgg = new Vgg19Features(CUT, Precision.FP32);
      Map<String, NamedTensor> tensors = new LinkedHashMap<>();
      weights.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
      new FlatParameters(vgg, manager).load(tensors, name);
      float[] images = floats(reference.get("images").values());
      float[] features =
          vgg.forward(manager.create(images, new Shape(2, 3, 32, 32)), false).toFloatArray();
      assertThat(features)
          .as(name)
          .containsExactly(floats(reference.get("5_4_after").values()), within(1e-4f));
    }
  }

  private static float[] floats(FloatBuffer values) {
    float[] floats = new float[values.limit()];
    values.duplicate().rewind().get(floats);
    return floats;
  }
}
