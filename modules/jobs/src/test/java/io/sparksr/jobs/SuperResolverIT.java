package io.sparksr.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Precision;
import io.sparksr.training.PrecisionChoice;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuperResolverIT {
  private static final StructType ENCODED =
      new StructType().add("name", DataTypes.StringType).add("content", DataTypes.BinaryType);

  @TempDir private static Path root;
  private static JavaSparkContext context;
  private static SparkSession spark;
  private static String model;

  @BeforeAll
  static void startSpark() throws IOException {
    SparkConf conf = new SparkConf().set("spark.sql.shuffle.partitions", "2");
    context =
        LocalSpark.start(
            "local[2]", conf.set("spark.sql.warehouse.dir", root.resolve("warehouse").toString()));
    spark = SparkSession.builder().sparkContext(context.sc()).getOrCreate();
    model = RandomModel.write(root.resolve("model"), 4);
  }

  @AfterAll
  static void stopSpark() {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    context.stop();
  }

  @Test
  void encodedImagesBecomePngsAndBrokenOnesSayWhy() throws IOException, ImageException {
    RgbImage first = Photos.image(1, 40, 23);
    RgbImage second = Photos.image(2, 9, 31);
    Dataset<Row> images =
        spark
            .createDataFrame(
                List.of(
                    RowFactory.create("a", ImageEncoder.png(first)),
                    RowFactory.create("b", new byte[] {1, 2, 3}),
                    RowFactory.create("c", null),
                    RowFactory.create("d", ImageEncoder.png(second))),
                ENCODED)
            .repartition(2, col("name"));
    Dataset<Row> result = resolver().setBatchSize(2).setTileSize(16).transform(images);
    assertThat(result.schema().simpleString())
        .isEqualTo("struct<name:string,content:binary,sr:binary,sr_error:string>");
    List<Row> rows = result.orderBy("name").collectAsList();
    assertThat(decoded(rows.get(0))).isEqualTo(upscaled(first));
    assertThat(decoded(rows.get(3))).isEqualTo(upscaled(second));
    assertThat(rows.get(0).isNullAt(3)).isTrue();
    assertThat(rows.get(1).isNullAt(2)).isTrue();
    assertThat(rows.get(1).getString(3)).startsWith("not-an-image (");
    assertThat(rows.get(2).isNullAt(2) && rows.get(2).isNullAt(3)).isTrue();
  }

  @Test
  void sparksImagesBecomeSparksImages() throws IOException {
    Path folder = Files.createDirectories(root.resolve("images"));
    RgbImage colour = Photos.image(3, 14, 11);
    Files.write(folder.resolve("colour.png"), ImageEncoder.png(colour));
    BufferedImage gray = new BufferedImage(12, 10, BufferedImage.TYPE_BYTE_GRAY);
    gray.getRaster().setSample(5, 4, 0, 200);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(gray, "png", png);
    Files.write(folder.resolve("gray.png"), png.toByteArray());
    Files.write(folder.resolve("broken.png"), new byte[] {1});
    Dataset<Row> images = spark.read().format("image").load(folder.toString());
    List<Row> rows =
        resolver()
            .setInputCol("image")
            .setOutputCol("large")
            .transform(images)
            .orderBy(col("image.origin"))
            .select(
                "large.origin",
                "large.width",
                "large.height",
                "large.nChannels",
                "large.mode",
                "large.data",
                "sr_error")
            .collectAsList();
    assertThat(rows.get(0).getString(6)).startsWith("not-an-image");
    assertThat(rows.get(1).getString(0)).endsWith("colour.png");
    assertSparkImage(rows.get(1), upscaled(colour));
    byte[] rgb = new byte[3 * 12 * 10];
    for (int c = 0; c < 3; c++) {
      rgb[3 * (4 * 12 + 5) + c] = (byte) 200;
    }
    assertSparkImage(rows.get(2), upscaled(new RgbImage(12, 10, rgb)));
  }

  private static void assertSparkImage(Row row, RgbImage expected) {
    assertThat(row.getInt(1)).isEqualTo(expected.width());
    assertThat(row.getInt(2)).isEqualTo(expected.height());
    assertThat(row.getInt(3)).isEqualTo(3);
    assertThat(row.getInt(4)).isEqualTo(16);
    byte[] data = row.getAs(5);
    byte[] rgb = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      rgb[i] = data[i / 3 * 3 + 2 - i % 3];
    }
    assertThat(rgb).isEqualTo(expected.pixels());
  }

  @Test
  void pipelineIsSavedAndLoaded() throws IOException {
    Dataset<Row> images =
        spark.createDataFrame(
            List.of(RowFactory.create("a", ImageEncoder.png(Photos.image(4, 20, 20)))), ENCODED);
    SuperResolver resolver =
        resolver().setTileSize(10).setBatchSize(3).setErrorCol("why").setPrecision("bf16");
    PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {resolver}).fit(images);
    String path = root.resolve("pipeline").toString();
    pipeline.write().overwrite().save(path);
    PipelineModel loaded = PipelineModel.load(path);
    SuperResolver stage = (SuperResolver) loaded.stages()[0];
    assertThat(stage.uid()).isEqualTo(resolver.uid());
    assertThat(stage.getOrDefault(stage.tileSize())).isEqualTo(10);
    assertThat(stage.getOrDefault(stage.batchSize())).isEqualTo(3);
    assertThat(stage.getOrDefault(stage.modelUrl())).isEqualTo(model);
    assertThat(stage.getOrDefault(stage.precision())).isEqualTo("bf16");
    byte[] before = pipeline.transform(images).first().getAs("sr");
    Row after = loaded.transform(images).first();
    assertThat(after.<byte[]>getAs("sr")).isEqualTo(before);
    assertThat(after.fieldIndex("why")).isEqualTo(3);
    SuperResolver alone = SuperResolver.load(path + "/stages/0_" + resolver.uid());
    assertThat(alone.getOrDefault(alone.errorCol())).isEqualTo("why");
  }

  /** What PySpark's wrappers of Java transformers and Spark's tuning call. */
  @Test
  void parametersAreFoundByNameAndGivenPerCall() throws IOException, ImageException {
    RgbImage image = Photos.image(6, 20, 14);
    Dataset<Row> images =
        spark.createDataFrame(List.of(RowFactory.create("a", ImageEncoder.png(image))), ENCODED);
    SuperResolver resolver = resolver();
    assertThat(resolver.params())
        .extracting(Param::name)
        .containsExactly(
            "batchSize", "errorCol", "inputCol", "modelUrl", "outputCol", "precision", "tileSize");
    ParamMap extra = new ParamMap();
    extra.put(resolver.getParam("tileSize"), 9);
    extra.put(resolver.getParam("outputCol"), "large");
    Row row = resolver.transform(images, extra).first();
    assertThat(new ImageDecoder(1 << 20).decode(row.getAs("large"))).isEqualTo(upscaled(image));
    SuperResolver copy = resolver.copy(extra);
    assertThat(copy.uid()).isEqualTo(resolver.uid());
    assertThat(copy.getOrDefault(copy.tileSize())).isEqualTo(9);
    assertThat(resolver.getOrDefault(resolver.tileSize())).isEqualTo(128);
    assertThat(resolver.explainParams()).contains("modelUrl: URI of a run", "(current: " + model);
  }

  /** A program in Scala, compiled here. */
  @Test
  void scalaProgramsUseIt() throws Exception {
    Path source = root.resolve("Enlarge.scala");
    Files.writeString(
        source,
        """
        import io.sparksr.jobs.SuperResolver
        import org.apache.spark.ml.{Pipeline, PipelineModel}
        import org.apache.spark.ml.param.ParamMap
        import org.apache.spark.sql.SparkSession

        object Enlarge {
          def run(spark: SparkSession, model: String, image: Array[Byte], folder: String): Array[Byte] = {
            import spark.implicits._
            val images = Seq(("a", image), ("b", Array[Byte](1))).toDF("name", "content")
            val resolver = new SuperResolver().setModelUrl(model).setTileSize(7).setOutputCol("large")
            val pipeline = new Pipeline().setStages(Array(resolver)).fit(images)
            pipeline.write.overwrite().save(folder)
            val stage = PipelineModel.load(folder).stages(0).asInstanceOf[SuperResolver]
            require(stage.extractParamMap()(stage.tileSize) == 7)
            val large = stage.transform(images, ParamMap(stage.batchSize -> 2))
            require(large.where($"sr_error".isNotNull).select("name").as[String].collect().toSeq == Seq("b"))
            large.where($"name" === "a").select("large").as[Array[Byte]].head()
          }
        }
        """);
    Path classes = Files.createDirectories(root.resolve("scala-classes"));
    scala.tools.nsc.Main.process(
        new String[] {
          "-d",
          classes.toString(),
          "-classpath",
          System.getProperty("java.class.path"),
          source.toString()
        });
    assertThat(scala.tools.nsc.Main.reporter().hasErrors()).isFalse();
    RgbImage image = Photos.image(7, 15, 11);
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, SuperResolver.class.getClassLoader())) {
      byte[] png =
          (byte[])
              loader
                  .loadClass("Enlarge")
                  .getMethod("run", SparkSession.class, String.class, byte[].class, String.class)
                  .invoke(
                      null,
                      spark,
                      model,
                      ImageEncoder.png(image),
                      root.resolve("scala-pipeline").toString());
      assertThat(new ImageDecoder(1 << 20).decode(png)).isEqualTo(upscaled(image));
    }
  }

  /** Filled by tasks, which run in this process. */
  private static final List<NDManager> OPENED = new CopyOnWriteArrayList<>();

  private static NDManager open(TaskContext task) {
    NDManager manager = NDManager.newBaseManager();
    OPENED.add(manager);
    return manager;
  }

  @Test
  void oneModelPerTaskEndsWithItEvenIfFewRowsAreTaken() {
    Dataset<Row> images =
        spark
            .range(0, 100, 1, 2)
            .select(
                col("id").cast("string").as("name"),
                lit(ImageEncoder.png(Photos.image(5, 8, 8))).as("content"));
    SuperResolverTask task =
        new SuperResolverTask(
            RemoteFiles.of(context.hadoopConfiguration()),
            model,
            1,
            ImageColumn.ENCODED,
            1,
            8,
            PrecisionChoice.FP32,
            1,
            SuperResolverIT::open);
    Dataset<Row> enlarged =
        images.mapPartitions(task, Encoders.row(resolver().transformSchema(images.schema())));
    assertThat(enlarged.limit(1).collectAsList()).hasSize(1);
    assertThat(enlarged.collectAsList()).hasSize(100);
    assertThat(OPENED).hasSizeBetween(3, 4).noneMatch(NDManager::isOpen);
  }

  @Test
  void mistakesAreFoundBeforeAnythingRuns() {
    Dataset<Row> images = spark.createDataFrame(List.of(), ENCODED);
    assertRefused(resolver().setInputCol("x"), "inputCol: there is no column 'x'", images);
    assertRefused(resolver().setInputCol("name"), "inputCol: column 'name' is string", images);
    assertRefused(resolver().setOutputCol("name"), "outputCol: there is a column 'name'", images);
    assertRefused(resolver().setErrorCol("sr"), "errorCol: there is a column 'sr'", images);
    assertRefused(resolver().setModelUrl("/nowhere"), "/nowhere: not found", images);
    assertRefused(resolver().setModelUrl("bicubic"), "modelUrl: bicubic is no network", images);
    assertRefused(resolver().setPrecision("fp8"), "precision: unknown 'fp8'", images);
    assertRefused(new SuperResolver(), "modelUrl: is not set", images);
    assertThatThrownBy(() -> resolver().setTileSize(0))
        .hasMessageContaining("tileSize given invalid value 0");
  }

  private static void assertRefused(SuperResolver resolver, String message, Dataset<Row> images) {
    assertThatThrownBy(() -> resolver.transform(images))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(message);
  }

  private static SuperResolver resolver() {
    return new SuperResolver().setModelUrl(model);
  }

  private static RgbImage decoded(Row row) throws ImageException {
    return new ImageDecoder(1 << 20).decode(row.getAs("sr"));
  }

  private static RgbImage upscaled(RgbImage lr) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      return new TiledUpscaler(
              ModelFolder.load(new LocalFileStore(), model, Precision.FP32, manager),
              manager,
              16,
              2)
          .upscaleToRgb(lr, (done, total) -> {});
    }
  }
}
