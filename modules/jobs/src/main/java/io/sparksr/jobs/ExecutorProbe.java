package io.sparksr.jobs;

import ai.djl.engine.Engine;
import com.sun.management.OperatingSystemMXBean;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.Precision;
import io.sparksr.training.DeviceChoice;
import io.sparksr.training.PrecisionChoice;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.Function;

/**
 * A task that looks at the executor it runs on.
 *
 * @param output the folder that a replica there will write to
 * @param device where a replica is asked to compute
 */
record ExecutorProbe(RemoteFiles files, String output, DeviceChoice device)
    implements Function<Integer, ExecutorProbe.Finding> {
  private static final String VERSIONS = "/sparksr-versions.properties";

  /**
   * What a task found.
   *
   * @param executor its id
   * @param host its machine
   * @param versions as {@link ExecutorProbe#versions}
   * @param memoryBytes of the machine or container
   * @param output why it can't write there; empty if it can
   * @param gpus that libtorch can use there; as many as there may be where none is asked for
   * @param precision that suits its processor
   */
  record Finding(
      String executor,
      String host,
      Map<String, String> versions,
      long memoryBytes,
      String output,
      int gpus,
      Precision precision)
      implements Serializable {}

  @Override
  public Finding call(Integer number) {
    return new Finding(
        SparkEnv.get().executorId(),
        SparkEnv.get().blockManager().blockManagerId().host(),
        versions(),
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        tryOutput(),
        device == DeviceChoice.GPU ? ComputeDevice.gpus() : Integer.MAX_VALUE,
        PrecisionChoice.AUTO.resolve());
  }

  /** What must be the same on the driver and all executors. */
  static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    try (InputStream in = ExecutorProbe.class.getResourceAsStream(VERSIONS)) {
      Properties built = new Properties();
      if (in != null) {
        built.load(in);
      }
      versions.put("SparkSR", built.getProperty("SparkSR", "unknown"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    versions.put("Java", Integer.toString(Runtime.version().feature()));
    versions.put("Spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    versions.put("DJL", Engine.getDjlVersion());
    return versions;
  }

  /** The driver has written the run's configuration: it must be seen here, and writing work. */
  private String tryOutput() {
    FileStore store = files.store();
    String probe = Uris.child(output, "_preflight-" + UUID.randomUUID());
    try {
      if (!store.exists(Uris.child(output, TrainJob.CONFIG))) {
        return output + ": holds nothing of what the driver has written";
      }
      store.writeBytes(probe, new byte[] {1});
      store.delete(probe);
      return "";
    } catch (IOException e) {
      return output + ": can't be written (" + e.getMessage() + ")";
    }
  }
}
