package io.sparksr.jobs;

import static io.sparksr.core.image.ImageException.Reason.CORRUPT;
import static io.sparksr.core.image.ImageException.Reason.NOT_AN_IMAGE;
import static io.sparksr.core.image.ImageException.Reason.UNSUPPORTED;

import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** How a column of a table holds images. */
enum ImageColumn {
  /** Encoded files: any format that is decoded here in, PNG out. */
  ENCODED(DataTypes.BinaryType) {
    @Override
    RgbImage read(Object value, long maxPixels) throws ImageException {
      return new ImageDecoder(maxPixels).decode((byte[]) value);
    }

    @Override
    Object write(RgbImage sr, Object source) {
      return ImageEncoder.png(sr);
    }
  },
  /** Spark's image schema: 8 bits, one, three (BGR) or four (BGRA) channels in, BGR out. */
  SPARK_IMAGE(ImageSchema.columnSchema()) {
    @Override
    RgbImage read(Object value, long maxPixels) throws ImageException {
      return fromSpark((Row) value, maxPixels);
    }

    @Override
    Object write(RgbImage sr, Object source) {
      byte[] pixels = sr.pixels();
      byte[] data = new byte[pixels.length];
      for (int i = 0; i < data.length; i += RgbImage.CHANNELS) {
        data[i] = pixels[i + 2];
        data[i + 1] = pixels[i + 1];
        data[i + 2] = pixels[i];
      }
      Object origin = ((Row) source).get(0);
      return RowFactory.create(origin, sr.height(), sr.width(), RgbImage.CHANNELS, MODE_BGR, data);
    }
  };

  /** OpenCV's numbers, which the schema uses. */
  private static final int MODE_GRAY = 0;

  private static final int MODE_BGR = 16;
  private static final int MODE_BGRA = 24;

  private final DataType type;

  ImageColumn(DataType type) {
    this.type = type;
  }

  /** The type of the column, and of the one with the enlarged images. */
  DataType type() {
    return type;
  }

  /**
   * One image.
   *
   * @param value not null
   */
  abstract RgbImage read(Object value, long maxPixels) throws ImageException;

  /**
   * An enlarged image as a value of the column.
   *
   * @param source what {@link #read} was given
   */
  abstract Object write(RgbImage sr, Object source);

  /**
   * The kind of a column.
   *
   * @throws UserException (configuration) if it holds no images
   */
  static ImageColumn of(String name, DataType type) {
    if (type.equals(DataTypes.BinaryType)) {
      return ENCODED;
    }
    if (type instanceof StructType struct && isImage(struct)) {
      return SPARK_IMAGE;
    }
    throw UserException.configuration(
        "inputCol: column '"
            + name
            + "' is "
            + type.simpleString()
            + "; binary (encoded images) or Spark's image schema is needed");
  }

  /** Names and types decide; whether a field may be null does not. */
  private static boolean isImage(StructType struct) {
    StructType image = ImageSchema.columnSchema();
    boolean same = struct.length() == image.length();
    for (int i = 0; same && i < image.length(); i++) {
      same =
          struct.fields()[i].name().equals(image.fields()[i].name())
              && struct.fields()[i].dataType().equals(image.fields()[i].dataType());
    }
    return same;
  }

  private static RgbImage fromSpark(Row row, long maxPixels) throws ImageException {
    int height = row.getInt(1);
    int width = row.getInt(2);
    int channels = row.getInt(3);
    int mode = row.getInt(4);
    byte[] data = row.getAs(5);
    if (height < 1 || width < 1 || data == null) {
      throw new ImageException(NOT_AN_IMAGE, "a row of " + width + "x" + height + " pixels");
    }
    if (mode != MODE_GRAY && mode != MODE_BGR && mode != MODE_BGRA) {
      throw new ImageException(UNSUPPORTED, "mode " + mode + "; 0, 16 and 24 are read");
    }
    long pixels = (long) width * height;
    if (pixels > maxPixels) {
      throw new ImageException(ImageException.Reason.TOO_LARGE, width + "x" + height + " pixels");
    }
    if (channels != (mode >> 3) + 1 || data.length != pixels * channels) {
      throw new ImageException(
          CORRUPT, data.length + " bytes for " + width + "x" + height + "x" + channels);
    }
    byte[] rgb = new byte[Math.toIntExact(pixels * RgbImage.CHANNELS)];
    for (int i = 0; i < pixels; i++) {
      int in = i * channels;
      rgb[3 * i] = data[channels == 1 ? in : in + 2];
      rgb[3 * i + 1] = data[channels == 1 ? in : in + 1];
      rgb[3 * i + 2] = data[in];
    }
    return new RgbImage(width, height, rgb);
  }
}
