package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.jobs.HadoopFileStore;
import io.sparksr.jobs.JobContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Spark as a command needs it, embedded unless spark-submit started us; closing stops it. */
final class SparkContexts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SparkContexts.class);

  private final JavaSparkContext spark;
  private final JobContext jobContext;

  private SparkContexts(JavaSparkContext spark, String configuration) {
    this.spark = spark;
    this.jobContext =
        new JobContext(spark, ConsoleProgress.onStandardError(), Versions.sparkSr(), configuration);
  }

  /**
   * Starts Spark; the caller closes it.
   *
   * @param command names the application, for instance {@code "index"}
   * @param sections of the configuration that the command's artefacts depend on, for provenance
   * @throws UserException (configuration) if the master can't be used
   */
  static SparkContexts open(
      String command, CommonOptions options, ResolvedConfig config, String... sections) {
    Map<String, String> settings = config.flatten("spark");
    if (List.of(sections).contains("train")) {
      // Spark would count all failures of a run; the job counts those without progress between
      // them.
      settings.putIfAbsent(
          "spark.stage.maxConsecutiveAttempts", Integer.toString(Integer.MAX_VALUE));
    }
    SparkConf conf =
        configure(
            new SparkConf(),
            command,
            options.master(),
            settings,
            Optional.ofNullable(System.getProperty("sparksr.home")));
    return new SparkContexts(new JavaSparkContext(conf), config.concise(sections));
  }

  /** The files, with the storage's settings as Spark would have them, without starting it. */
  static HadoopFileStore files(ResolvedConfig config) {
    SparkConf conf = new SparkConf();
    config.flatten("spark").forEach(conf::setIfMissing);
    return new HadoopFileStore(SparkHadoopUtil.get().newConfiguration(conf));
  }

  /** What jobs are given. */
  JobContext jobContext() {
    return jobContext;
  }

  @Override
  public void close() {
    spark.close();
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
            // Without the values: they may be credentials.
            LOG.warn("{} stays as given to spark-submit, not as in our configuration", key);
          }
          conf.setIfMissing(key, value);
        });
    String submittedName = conf.get("spark.app.name", Main.class.getName());
    if (submittedName.equals(Main.class.getName())) {
      conf.setAppName("sparksr " + command);
    }
    conf.setIfMissing("spark.executor.heartbeatInterval", "1s");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    // Threads of libtorch that spin while they wait would starve each other on a busy machine.
    conf.setIfMissing("spark.executorEnv.OMP_WAIT_POLICY", "passive");
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
