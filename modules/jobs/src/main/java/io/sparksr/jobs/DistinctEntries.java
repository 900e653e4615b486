package io.sparksr.jobs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Lists of URIs may name a file more than once, or beside a folder that holds it, and files of
 * equal paths in several buckets. An image id stands for one image: here each file is left once,
 * under an id of its own, whatever the order of the lines was.
 */
final class DistinctEntries {
  private DistinctEntries() {}

  static JavaRDD<ListFolder.Entry> of(JavaRDD<ListFolder.Entry> entries) {
    return entries
        .mapToPair(entry -> new Tuple2<>(entry.uri(), entry))
        .reduceByKey(DistinctEntries::kept)
        .mapToPair(entry -> new Tuple2<>(entry._2().imageId(), entry._2()))
        .groupByKey()
        .flatMap(group -> numbered(group._1(), group._2()));
  }

  /** An id below one of the inputs is shorter than the whole path that it has in a list. */
  private static ListFolder.Entry kept(ListFolder.Entry one, ListFolder.Entry other) {
    int byLength = Integer.compare(one.imageId().length(), other.imageId().length());
    int order = byLength != 0 ? byLength : one.imageId().compareTo(other.imageId());
    return order <= 0 ? one : other;
  }

  /** The first by URI keeps the id, the others have {@code ~2}, {@code ~3} ... behind it. */
  private static Iterator<ListFolder.Entry> numbered(
      String imageId, Iterable<ListFolder.Entry> same) {
    List<ListFolder.Entry> entries = new ArrayList<>();
    same.forEach(entries::add);
    entries.sort(Comparator.comparing(ListFolder.Entry::uri));
    for (int i = 1; i < entries.size(); i++) {
      entries.set(i, entries.get(i).named(imageId + "~" + (i + 1)));
    }
    return entries.iterator();
  }
}
