package io.sparksr.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapred.FileInputFormat;
import org.apache.hadoop.mapred.JobConf;
import org.apache.hadoop.mapred.TextInputFormat;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The lines of a text file, or of all in a folder, read in parts by tasks. Hadoop's own format
 * takes a path for a pattern, and passes over names that begin with a dot or underscore: here the
 * file named is the file read. Created by Hadoop.
 */
public final class ListLines extends TextInputFormat {

  /**
   * The lines, without their ends and a byte order mark.
   *
   * @param parts at least this many tasks, where the file is large enough
   */
  static JavaRDD<String> read(JavaSparkContext spark, String uri, int parts) {
    JobConf job = new JobConf(spark.hadoopConfiguration());
    FileInputFormat.setInputPaths(job, new Path(uri));
    return spark
        .hadoopRDD(job, ListLines.class, LongWritable.class, Text.class, parts)
        .map(line -> line._2().toString());
  }

  @Override
  protected FileStatus[] listStatus(JobConf job) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    for (Path path : FileInputFormat.getInputPaths(job)) {
      FileSystem fs = path.getFileSystem(job);
      FileStatus named = fs.getFileStatus(path);
      if (named.isFile()) {
        files.add(named);
      } else {
        Arrays.stream(fs.listStatus(path))
            .filter(child -> child.isFile() && !Hidden.test(child.getPath().getName()))
            .forEach(files::add);
      }
    }
    return files.toArray(new FileStatus[0]);
  }
}
