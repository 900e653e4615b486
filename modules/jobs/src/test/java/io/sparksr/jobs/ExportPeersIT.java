package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.testkit.PythonPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported files in the programs they are for. */
class ExportPeersIT {
  private static final Path SCRIPT = Path.of("src/test/python/check_exports.py");
  private static final List<Shape> SHAPES =
      List.of(new Shape(1, 3, 8, 8), new Shape(2, 3, 13, 21), new Shape(1, 3, 40, 3));

  private final FileStore files = new LocalFileStore();

  @TempDir private Path root;

  /** What the script reads. */
  private record Cases(
      int channels,
      int blocks,
      int largeKernel,
      int smallKernel,
      long step,
      float level,
      List<long[]> shapes) {}

  @Test
  void pytorchLoadsTheStateDictStrictlyAndItsCheckpointsImportAsTheSameModel() throws IOException {
    ModelDescription description =
        ModelDescription.of(new NetworkSettings("srresnet", 16, 2, 9, 3, 4), 12);
    String model = prepare(description, ExportFormat.SAFETENSORS);
    assertThat(
            PythonPeer.run(
                SCRIPT, List.of("torch", "safetensors", "numpy"), "torch", root.toString()))
        .endsWith("same\n");
    Map<String, NamedTensor> expected = weights(model);
    for (String file : List.of("checkpoint_srresnet.pth.tar", "checkpoint_srgan.pth.tar")) {
      String again = root.resolve(file + "-imported").toString();
      new ImportJob(files)
          .run(
              new ImportJob.Request(
                  root.resolve(file).toString(),
                  again,
                  Optional.empty(),
                  Optional.empty(),
                  Existing.KEEP));
      assertThat(ModelFolder.describe(files, again).settings()).isEqualTo(description.settings());
      weights(again)
          .forEach(
              (name, tensor) ->
                  assertThat(tensor.values()).as(name).isEqualTo(expected.get(name).values()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"srresnet", "srresnet-prelu", "msrresnet"})
  void onnxCheckerAndRuntimeAgree(String network) throws IOException {
    prepare(
        ModelDescription.of(new NetworkSettings(network, 16, 2, 9, 3, 4), 12), ExportFormat.ONNX);
    assertThat(
            PythonPeer.run(
                SCRIPT, List.of("onnx", "onnxruntime", "numpy"), "onnx", root.toString()))
        .endsWith("same\n");
  }

  private String prepare(ModelDescription description, ExportFormat format) throws IOException {
    String model = RandomModel.write(root.resolve("source"), description);
    new ExportJob(files)
        .run(
            new ExportJob.Request(
                model, format, root.resolve("model." + format.key()).toString(), Existing.KEEP));
    try (NDManager manager = NDManager.newBaseManager()) {
      SuperResolutionNetwork network = ModelFolder.load(files, model, Precision.FP32, manager);
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < SHAPES.size(); i++) {
        float[] lr = new float[Math.toIntExact(SHAPES.get(i).size())];
        for (int k = 0; k < lr.length; k++) {
          lr[k] = (float) random.nextDouble(-2, 2);
        }
        write(i + ".lr", lr);
        write(i + ".sr", network.forward(manager.create(lr, SHAPES.get(i)), false).toFloatArray());
      }
      NetworkSettings settings = description.settings();
      Files.write(
          root.resolve("cases.json"),
          JsonCodec.document(
              new Cases(
                  settings.channels(),
                  settings.blocks(),
                  settings.largeKernel(),
                  settings.smallKernel(),
                  description.step(),
                  network.outputRange().scale()[0],
                  SHAPES.stream().map(Shape::getShape).toList())));
    }
    return model;
  }

  private void write(String name, float[] values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    Files.write(root.resolve(name), bytes.array());
  }

  private static Map<String, NamedTensor> weights(String folder) throws IOException {
    Path file = Path.of(folder).resolve(ModelFolder.WEIGHTS);
    return Safetensors.read(Files.readAllBytes(file), file.toString());
  }
}
