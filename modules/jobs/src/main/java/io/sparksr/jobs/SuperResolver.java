package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.training.PrecisionChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A Spark ML transformer that enlarges the images of a column: encoded images (binary; JPEG, PNG,
 * ...) become PNG files, images in Spark's image schema become images in that schema. Each task
 * loads the model once, on the GPU that Spark assigned to it, else on the processor, and closes it
 * at its end; images of any size are enlarged tile by tile, exactly.
 *
 * <p>A row whose image can't be enlarged gets null, and the reason in the error column; a null
 * gives two nulls.
 */
public final class SuperResolver extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final Metadata EMPTY = Metadata.empty();

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> errorCol;
  private final Param<String> modelUrl;
  private final IntParam batchSize;
  private final IntParam tileSize;
  private final Param<String> precision;

  /** A transformer with a name of its own. */
  public SuperResolver() {
    this(Identifiable$.MODULE$.randomUID("superResolver"));
  }

  /**
   * A transformer with a given name, as the stored form of a pipeline needs it.
   *
   * @param uid unlike that of any other stage of the pipeline
   */
  public SuperResolver(String uid) {
    // Parameters take the name of their parent, so it is there first.
    this.uid = uid;
    inputCol = new Param<>(this, "inputCol", "column of encoded images or of Spark's image schema");
    outputCol = new Param<>(this, "outputCol", "column for the enlarged images");
    errorCol = new Param<>(this, "errorCol", "column for the reason where there is no image");
    modelUrl = new Param<>(this, "modelUrl", "URI of a run, a checkpoint or a model folder");
    batchSize = new IntParam(this, "batchSize", "tiles enlarged at once", ParamValidators.gtEq(1));
    tileSize =
        new IntParam(
            this,
            "tileSize",
            "side of a tile in pixels of the input, without its halo",
            ParamValidators.gtEq(1));
    precision = new Param<>(this, "precision", "fp32, bf16 or auto");
    setDefault(inputCol, "content");
    setDefault(outputCol, "sr");
    setDefault(errorCol, "sr_error");
    setDefault(batchSize, 1);
    setDefault(tileSize, 128);
    setDefault(precision, "fp32");
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The column of images; {@code content} unless set, as Spark's source of binary files has it. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** Sets {@link #inputCol()}. */
  public SuperResolver setInputCol(String name) {
    set(inputCol, name);
    return this;
  }

  /** The column that is added; {@code sr} unless set. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** Sets {@link #outputCol()}. */
  public SuperResolver setOutputCol(String name) {
    set(outputCol, name);
    return this;
  }

  /** The column of reasons that is added, string; {@code sr_error} unless set. */
  public Param<String> errorCol() {
    return errorCol;
  }

  /** Sets {@link #errorCol()}. */
  public SuperResolver setErrorCol(String name) {
    set(errorCol, name);
    return this;
  }

  /** The URI of a run, a checkpoint or a model folder, which every executor can read. */
  public Param<String> modelUrl() {
    return modelUrl;
  }

  /** Sets {@link #modelUrl()}. */
  public SuperResolver setModelUrl(String uri) {
    set(modelUrl, uri);
    return this;
  }

  /** How many tiles of an image are enlarged at once; 1 unless set. */
  public IntParam batchSize() {
    return batchSize;
  }

  /** Sets {@link #batchSize()}. */
  public SuperResolver setBatchSize(int tiles) {
    set(batchSize, (Object) tiles);
    return this;
  }

  /** The side of a tile in input pixels, without its halo; 128 unless set. */
  public IntParam tileSize() {
    return tileSize;
  }

  /** Sets {@link #tileSize()}. */
  public SuperResolver setTileSize(int pixels) {
    set(tileSize, (Object) pixels);
    return this;
  }

  /** The precision of the activations: {@code fp32} unless set, {@code bf16} or {@code auto}. */
  public Param<String> precision() {
    return precision;
  }

  /** Sets {@link #precision()}. */
  public SuperResolver setPrecision(String name) {
    set(precision, name);
    return this;
  }

  /**
   * Adds the two columns; lazily, as Spark does, but the model is looked for at once.
   *
   * @throws UserException (input or configuration) if there is no model, the column is missing or
   *     holds no images, or a column to add is there already
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    String input = getOrDefault(inputCol);
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
    SuperResolverTask task =
        new SuperResolverTask(
            RemoteFiles.of(spark.hadoopConfiguration()),
            model(spark).folder(),
            dataset.schema().fieldIndex(input),
            ImageColumn.of(input, dataset.schema().apply(input).dataType()),
            (Integer) getOrDefault(batchSize),
            (Integer) getOrDefault(tileSize),
            precisionChoice(),
            Slots.cores(spark, spark.defaultParallelism()));
    return dataset.toDF().mapPartitions(task, Encoders.row(schema));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    String input = getOrDefault(inputCol);
    if (!Arrays.asList(schema.fieldNames()).contains(input)) {
      throw UserException.configuration(
          "inputCol: there is no column '"
              + input
              + "'; there are "
              + String.join(", ", schema.fieldNames()));
    }
    ImageColumn kind = ImageColumn.of(input, schema.apply(input).dataType());
    return with(
        with(schema, outputCol, new StructField(getOrDefault(outputCol), kind.type(), true, EMPTY)),
        errorCol,
        new StructField(getOrDefault(errorCol), DataTypes.StringType, true, EMPTY));
  }

  private static StructType with(StructType schema, Param<String> param, StructField field) {
    if (Arrays.asList(schema.fieldNames()).contains(field.name())) {
      throw UserException.configuration(
          param.name() + ": there is a column '" + field.name() + "' already. Choose another name");
    }
    return schema.add(field);
  }

  private ModelRef model(JavaSparkContext spark) {
    if (!isDefined(modelUrl)) {
      throw UserException.configuration("modelUrl: is not set. Call setModelUrl first");
    }
    try {
      ModelRef model =
          ModelRef.resolve(
              new HadoopFileStore(spark.hadoopConfiguration()), getOrDefault(modelUrl));
      if (model.builtIn()) {
        throw UserException.configuration(
            "modelUrl: " + model.name() + " is no network. Name a run or a model folder");
      }
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PrecisionChoice precisionChoice() {
    String name = getOrDefault(precision);
    return Arrays.stream(PrecisionChoice.values())
        .filter(choice -> choice.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                UserException.configuration(
                    "precision: unknown '" + name + "'; known are fp32, bf16, auto"));
  }

  @Override
  public SuperResolver copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads what {@code save} wrote; Spark's pipelines call it by this name. */
  public static MLReader<SuperResolver> read() {
    return new Reader().read();
  }

  /** Loads what {@code save} wrote. */
  public static SuperResolver load(String path) {
    return read().load(path);
  }

  private static final class Reader implements DefaultParamsReadable<SuperResolver> {}
}
