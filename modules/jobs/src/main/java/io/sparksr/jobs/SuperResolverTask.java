package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.TorchThreads;
import io.sparksr.training.PrecisionChoice;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enlarges the images of one partition with a model of its own, which ends with the task, whether
 * or not all rows were asked for.
 */
record SuperResolverTask(
    RemoteFiles remoteFiles,
    String modelFolder,
    int index,
    ImageColumn column,
    int batchSize,
    int tileSize,
    PrecisionChoice precision,
    int threads)
    implements MapPartitionsFunction<Row, Row> {
  private static final Logger LOG = LoggerFactory.getLogger(SuperResolverTask.class);
  private static final long MAX_PIXELS = 200_000_000;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    TaskContext task = TaskContext.get();
    TorchThreads.use(threads);
    NDManager manager = TaskDevice.newManager(task);
    task.addTaskCompletionListener((TaskCompletionListener) context -> manager.close());
    TiledUpscaler upscaler =
        new TiledUpscaler(
            ModelFolder.load(remoteFiles.store(), modelFolder, precision.resolve(), manager),
            manager,
            tileSize,
            batchSize);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return enlarged(rows.next(), upscaler);
      }
    };
  }

  private Row enlarged(Row row, TiledUpscaler upscaler) {
    Object[] values = new Object[row.length() + 2];
    for (int i = 0; i < row.length(); i++) {
      values[i] = row.get(i);
    }
    Object value = row.get(index);
    if (value != null) {
      try {
        RgbImage lr = column.read(value, MAX_PIXELS);
        values[row.length()] = column.write(upscale(lr, upscaler), value);
      } catch (ImageException e) {
        String reason = e.reason().label() + " (" + e.getMessage() + ")";
        LOG.warn("a row's image is not enlarged: {}", reason);
        values[row.length() + 1] = reason;
      }
    }
    return RowFactory.create(values);
  }

  private static RgbImage upscale(RgbImage lr, TiledUpscaler upscaler) throws ImageException {
    int scale = upscaler.scale();
    if ((long) lr.width() * lr.height() * scale * scale * RgbImage.CHANNELS
        > Integer.MAX_VALUE - 8) {
      throw new ImageException(
          ImageException.Reason.TOO_LARGE,
          lr.width() + "x" + lr.height() + " enlarged " + scale + " times is too much for one row");
    }
    return upscaler.upscaleToRgb(lr, (done, total) -> {});
  }
}
