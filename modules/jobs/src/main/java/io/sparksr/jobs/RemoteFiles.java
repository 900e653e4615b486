package io.sparksr.jobs;

import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The driver's file systems as tasks take them along.
 *
 * @param configuration Hadoop's, with the driver's settings and credentials
 */
record RemoteFiles(SerializableConfiguration configuration) implements Serializable {

  static RemoteFiles of(Configuration configuration) {
    return new RemoteFiles(new SerializableConfiguration(configuration));
  }

  /** A store for the task at hand. */
  HadoopFileStore store() {
    return new HadoopFileStore(configuration.value());
  }
}
