package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class DoctorJobIT {
  @Test
  void everyExecutorSaysOnceWhatItHas() {
    try (JavaSparkContext spark = LocalSpark.start("local[2]", new SparkConf())) {
      List<DoctorJob.Finding> findings = new DoctorJob(LocalSpark.context(spark)).executors(2);
      assertThat(findings)
          .singleElement()
          .extracting(DoctorJob.Finding::where)
          .asString()
          .startsWith("executor driver on ");
      assertThat(findings.get(0).facts())
          .containsKeys("libtorch", "libtorch folder", "Java heap")
          .containsEntry("Java", System.getProperty("java.version"))
          .containsEntry("GPUs that Spark gave", "none")
          .hasEntrySatisfying("CPU computes", text -> assertThat(text).endsWith(" ms"));
    }
  }
}
