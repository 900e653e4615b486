package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.data.Attempt;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexRow;
import io.sparksr.data.IndexTables;
import io.sparksr.data.RejectedRow;
import io.sparksr.data.ShardPlan;
import io.sparksr.data.TableFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Writes the rows of an index as Parquet files. A row's file follows from its image id and the
 * number of rows alone, and rows are ordered by image id, so the bytes do not depend on Spark's
 * partitions.
 *
 * @param table which of the index's tables
 * @param files where
 * @param indexUri the index's folder
 */
record IndexParts<T>(Table<T> table, RemoteFiles files, String indexUri) implements Serializable {
  private static final int ROWS_PER_PART = 100_000;

  static final Table<IndexRow> IMAGES = new Images();
  static final Table<RejectedRow> REJECTED = new Rejected();

  /** A table of an index. */
  interface Table<T> extends Serializable {
    String imageId(T row);

    TableFile write(FileStore store, String indexUri, int part, Attempt attempt, List<T> rows)
        throws IOException;
  }

  /**
   * Writes all rows.
   *
   * @param count how many there are
   * @throws UserException (input) if there are others by now
   */
  List<TableFile> write(JavaRDD<T> rows, long count) {
    if (count == 0) {
      return List.of();
    }
    int parts = Math.toIntExact((count + ROWS_PER_PART - 1) / ROWS_PER_PART);
    ShardPlan plan = new ShardPlan(0, parts);
    List<TableFile> written =
        rows.mapToPair(row -> new Tuple2<>(plan.shardOf(table.imageId(row)), row))
            .partitionBy(new HashPartitioner(parts))
            .mapPartitionsWithIndex(this::part, false)
            .collect();
    long found = written.stream().mapToLong(TableFile::rows).sum();
    if (found != count) {
      // What an executor found is gone with it and is looked up again.
      throw UserException.input(
          indexUri
              + ": files changed while they were indexed: "
              + found
              + " where "
              + count
              + " had been counted. Start it again when they stay as they are.");
    }
    return written.stream().sorted(Comparator.comparing(TableFile::path)).toList();
  }

  private Iterator<TableFile> part(int part, Iterator<Tuple2<Integer, T>> pairs)
      throws IOException {
    List<T> rows = new ArrayList<>();
    pairs.forEachRemaining(pair -> rows.add(pair._2()));
    if (rows.isEmpty()) {
      return List.<TableFile>of().iterator();
    }
    rows.sort(Comparator.comparing(table::imageId));
    FileStore store = files.store();
    TableFile written = table.write(store, indexUri, part, TaskAttempt.current(), rows);
    LateCopy.withdraw(
        store,
        indexUri,
        IndexManifest.NAME,
        written.path(),
        () -> IndexManifest.read(store, indexUri).files().stream().map(TableFile::path).toList());
    return List.of(written).iterator();
  }

  private record Images() implements Table<IndexRow> {
    @Override
    public String imageId(IndexRow row) {
      return row.imageId();
    }

    @Override
    public TableFile write(
        FileStore store, String indexUri, int part, Attempt attempt, List<IndexRow> rows)
        throws IOException {
      return IndexTables.writeImages(store, indexUri, part, attempt, rows);
    }
  }

  private record Rejected() implements Table<RejectedRow> {
    @Override
    public String imageId(RejectedRow row) {
      return row.imageId();
    }

    @Override
    public TableFile write(
        FileStore store, String indexUri, int part, Attempt attempt, List<RejectedRow> rows)
        throws IOException {
      return IndexTables.writeRejected(store, indexUri, part, attempt, rows);
    }
  }
}
