package io.sparksr.jobs;

import io.sparksr.core.Progress;
import io.sparksr.core.Provenance;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What every job is given beside its request.
 *
 * @param spark with Java serialization ({@code spark.serializer} as by default): what jobs send are
 *     records, which Kryo can't read
 * @param progress where jobs report how far they are
 * @param version of the code, for provenance
 * @param configuration the resolved configuration as HOCON, for provenance
 */
public record JobContext(
    JavaSparkContext spark, Progress progress, String version, String configuration) {

  HadoopFileStore files() {
    return new HadoopFileStore(spark.hadoopConfiguration());
  }

  RemoteFiles remoteFiles() {
    return RemoteFiles.of(spark.hadoopConfiguration());
  }

  /**
   * What a manifest written now says about where its artefact comes from.
   *
   * @param sources URI of each artefact it was made from, with the SHA-256 of its manifest
   */
  Provenance provenance(String command, Map<String, String> sources) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return new Provenance(version, command, now, sources, configuration);
  }
}
