package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;

/**
 * Looks up a line of a text file of URIs. An image's id is the path of its URI, without scheme and
 * bucket, so it stays the same in a bucket of another name. Empty lines and those that begin with
 * {@code #} are passed over.
 *
 * @param files where
 * @param counter counts files
 */
record ListedUri(RemoteFiles files, LongAccumulator counter)
    implements FlatMapFunction<String, ListFolder.Child> {

  @Override
  public Iterator<ListFolder.Child> call(String line) {
    String uri = line.strip();
    if (uri.isEmpty() || uri.startsWith("#")) {
      return List.<ListFolder.Child>of().iterator();
    }
    return List.of(child(uri)).iterator();
  }

  private ListFolder.Child child(String uri) {
    String id = uri;
    String problem = "not found";
    try {
      id = new Path(uri).toUri().getPath().replaceFirst("^/+", "");
      Optional<FileEntry> entry = files.store().status(uri);
      if (entry.isPresent() && entry.get().directory()) {
        String prefix = id.isEmpty() || id.endsWith("/") ? id : id + "/";
        return new ListFolder.SubFolder(new InputRoots.Folder(entry.get().uri(), prefix));
      }
      if (entry.isPresent()) {
        counter.add(1);
        return new ListFolder.Leaf(new ImageFile(entry.get().uri(), id, entry.get().bytes()));
      }
    } catch (IOException | IllegalArgumentException e) {
      problem = e.toString();
    } catch (UserException e) {
      problem = e.getMessage();
    }
    return ListFolder.Unlisted.of(uri, id, problem);
  }
}
