package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.spark.task.binary.BinaryPredictor;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.inference.SuperResolutionTranslatorFactory;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Precision;
import io.sparksr.nn.SuperResolutionNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An exported DJL folder in the predictor of DJL's Spark extension; compiled and run with the
 * profile {@code djl-spark} only.
 */
class DjlSparkIT {
  private static final StructType SCHEMA =
      new StructType().add("name", DataTypes.StringType).add("content", DataTypes.BinaryType);

  @TempDir private static Path root;
  private static JavaSparkContext context;
  private static SparkSession spark;
  private static String model;

  @BeforeAll
  static void startSparkAndExport() throws IOException {
    SparkConf conf = new SparkConf();
    context =
        LocalSpark.start(
            "local[2]", conf.set("spark.sql.warehouse.dir", root.resolve("warehouse").toString()));
    spark = SparkSession.builder().sparkContext(context.sc()).getOrCreate();
    model = RandomModel.write(root.resolve("model"), 4);
    new ExportJob(new LocalFileStore())
        .run(
            new ExportJob.Request(
                model, ExportFormat.DJL, root.resolve("folder").toString(), Existing.KEEP));
  }

  @AfterAll
  static void stopSpark() {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    context.stop();
  }

  @Test
  void encodedImagesBecomePngs() throws IOException, ImageException {
    RgbImage first = Photos.image(1, 40, 23);
    RgbImage second = Photos.image(2, 9, 31);
    BinaryPredictor predictor = predictor();
    predictor.setTranslatorFactory(new SuperResolutionTranslatorFactory());
    List<Row> rows = predict(predictor, ImageEncoder.png(first), ImageEncoder.png(second));
    ImageDecoder decoder = new ImageDecoder(1 << 20);
    assertThat(decoder.decode(rows.get(0).getAs("sr"))).isEqualTo(upscaled(first));
    assertThat(decoder.decode(rows.get(1).getAs("sr"))).isEqualTo(upscaled(second));
  }

  @Test
  void arraysGoThroughTheExtensionsOwnTranslator() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray lr = manager.arange(3 * 6 * 5).reshape(new Shape(1, 3, 6, 5)).div(90);
      byte[] encoded = new NDList(lr).encode(NDList.Encoding.NPZ);
      List<Row> rows = predict(predictor(), encoded);
      float[] sr =
          NDList.decode(manager, rows.get(0).<byte[]>getAs("sr")).singletonOrThrow().toFloatArray();
      SuperResolutionNetwork network =
          ModelFolder.load(new LocalFileStore(), model, Precision.FP32, manager);
      assertThat(sr).containsExactly(network.forward(lr, false).toFloatArray());
    }
  }

  private static BinaryPredictor predictor() {
    BinaryPredictor predictor = new BinaryPredictor();
    predictor.setInputCol("content");
    predictor.setOutputCol("sr");
    predictor.setModelUrl(root.resolve("folder").toUri().toString());
    return predictor;
  }

  private static List<Row> predict(BinaryPredictor predictor, byte[]... contents) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < contents.length; i++) {
      rows.add(RowFactory.create(String.valueOf(i), contents[i]));
    }
    Dataset<Row> images = spark.createDataFrame(rows, SCHEMA);
    return predictor.predict(images).orderBy("name").collectAsList();
  }

  private static RgbImage upscaled(RgbImage lr) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      return new TiledUpscaler(
              ModelFolder.load(new LocalFileStore(), model, Precision.FP32, manager),
              manager,
              128,
              1)
          .upscaleToRgb(lr, (done, total) -> {});
    }
  }
}
