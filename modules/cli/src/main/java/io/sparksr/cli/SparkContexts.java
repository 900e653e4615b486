package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Spark as a command needs it: embedded unless spark-submit started us. */
final class SparkContexts {
  private static final Logger LOG = LoggerFactory.getLogger(SparkContexts.class);

  private SparkContexts() {}

  /**
   * Starts Spark; the caller closes it.
   *
   * @param command names the application, for instance {@code "index"}
   * @throws UserException (configuration) if the master can't be used
   */
  static JavaSparkContext open(String command, CommonOptions options, ResolvedConfig config) {
    SparkConf conf =
        configure(
            new SparkConf(),
            command,
            options.master(),
            config.flatten("spark"),
            Optional.ofNullable(System.getProperty("sparksr.home")));
    return new JavaSparkContext(conf);
  }

  /**
   * Completes what spark-submit gave. The section {@code spark} of our configuration follows, then
   * defaults: a heartbeat of 1 s notices lost executors early, and our own progress replaces
   * Spark's.
   *
   * @param home the assembled folder, where this JVM was started from one: executors on the same
   *     machine find our classes there
   */
  static SparkConf configure(
      SparkConf conf,
      String command,
      Optional<String> master,
      Map<String, String> settings,
      Optional<String> home) {
    chooseMaster(conf, master);
    settings.forEach(
        (key, value) -> {
          if (conf.contains(key) && !conf.get(key).equals(value)) {
            LOG.warn("{} stays {} as given to spark-submit, not {}", key, conf.get(key), value);
          }
          conf.setIfMissing(key, value);
        });
    String submittedName = conf.get("spark.app.name", Main.class.getName());
    if (submittedName.equals(Main.class.getName())) {
      conf.setAppName("sparksr " + command);
    }
    conf.setIfMissing("spark.executor.heartbeatInterval", "1s");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing("spark.ui.enabled", "false");
    }
    home.ifPresent(folder -> conf.setIfMissing("spark.executor.extraClassPath", folder + "/app/*"));
    return conf;
  }

  private static void chooseMaster(SparkConf conf, Optional<String> master) {
    String submitted = conf.get("spark.master", "");
    if (submitted.isEmpty()) {
      conf.setMaster(master.orElse("local[*]"));
    } else if (master.isPresent() && !master.get().equals(submitted)) {
      throw UserException.configuration(
          "--master "
              + master.get()
              + ": spark-submit already chose "
              + submitted
              + ", give --master to spark-submit alone");
    }
  }
}
