package io.sparksr.jobs;

import io.sparksr.core.Progress;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark in this process. One context at a time: whoever starts one stops it. */
final class LocalSpark {
  private LocalSpark() {}

  static JavaSparkContext start(int cores) {
    return start("local[" + cores + "]", new SparkConf());
  }

  static JavaSparkContext start(String master, SparkConf conf) {
    return startWithUi(master, conf.set("spark.ui.enabled", "false"));
  }

  static JavaSparkContext startWithUi(String master, SparkConf conf) {
    return new JavaSparkContext(
        conf.setMaster(master)
            .setAppName("test")
            .set("spark.driver.host", "localhost")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.executor.heartbeatInterval", "200ms")
            .set("spark.hadoop.fs.failing.impl", FailingFileSystem.class.getName()));
  }

  static JobContext context(JavaSparkContext spark) {
    return new JobContext(spark, Progress.silent(), "test-version", "shard {}");
  }
}
