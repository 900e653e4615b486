package io.sparksr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sparksr.core.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.deploy.SparkSubmitArguments;
import org.apache.spark.internal.config.ConfigEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine.ParseResult;
import scala.collection.JavaConverters;

/**
 * What {@code deploy/} says must be possible: options, settings, manifests, image files. Clusters,
 * container engines and the clouds' own commands are not run; the keys of YARN and Kubernetes,
 * whose modules of Spark are not here, are those listed.
 */
class DeploymentTest {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final Path DEPLOY = ROOT.resolve("deploy");
  private static final Pattern SUBMIT = Pattern.compile("(?m)^spark-submit .*$");

  /** Keys that Spark makes up from names. */
  private static final Pattern FREE_KEYS =
      Pattern.compile(
          "spark\\.hadoop\\..+|spark\\.(executor|task)\\.resource\\.gpu\\.(amount|vendor|discoveryScript)"
              + "|spark\\.(executorEnv|yarn\\.appMasterEnv|kubernetes\\.driver\\.secretKeyRef)\\.[A-Z_]+");

  private static final Set<String> OTHER_MODULES_KEYS =
      Set.of(
          "spark.yarn.maxAppAttempts",
          "spark.yarn.am.waitTime",
          "spark.kubernetes.namespace",
          "spark.kubernetes.authenticate.driver.serviceAccountName",
          "spark.kubernetes.container.image",
          "spark.kubernetes.executor.podTemplateFile");

  private static final Set<String> INSTRUCTIONS =
      Set.of("FROM", "ARG", "RUN", "WORKDIR", "COPY", "USER", "ENV");

  /** Spark registers its keys when the objects that declare them are initialised. */
  @BeforeAll
  static void registerKeys() throws ClassNotFoundException {
    for (String object : List.of("package", "Network", "UI", "Status", "Deploy", "Worker")) {
      Class.forName("org.apache.spark.internal.config." + object + "$");
    }
  }

  @Test
  void everySparkSubmitLineParsesWithSparksOwnParserAndRunsACommandOfOurs() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path document : files(".md")) {
      Matcher line = SUBMIT.matcher(Files.readString(document).replaceAll("\\\\\\n *", ""));
      while (line.find()) {
        lines.add(line.group().replace("$MASTER", "spark://host:7077"));
      }
    }
    assertThat(lines).hasSizeGreaterThan(7);
    for (String line : lines) {
      String[] words = line.substring("spark-submit ".length()).split(" +");
      SparkSubmitArguments parsed =
          new SparkSubmitArguments(
              JavaConverters.asScalaBuffer(Arrays.asList(words)).toSeq(),
              new scala.collection.immutable.Map.Map1<>("HADOOP_CONF_DIR", "/etc/hadoop/conf"));
      assertThat(parsed.mainClass()).as(line).isEqualTo(Main.class.getName());
      assertThat(parsed.primaryResource()).as(line).endsWith("/sparksr.jar");
      requireCommand(line, JavaConverters.seqAsJavaList(parsed.childArgs()));
      requireSparkKeys(line, JavaConverters.mapAsJavaMap(parsed.sparkProperties()).keySet());
    }
  }

  @Test
  void theCloudsOwnCommandsEndInCommandsOfOurs() throws IOException {
    String dataproc = Files.readString(DEPLOY.resolve("dataproc/README.md"));
    Matcher gcloud = Pattern.compile("(?m)^  -- (.+)$").matcher(dataproc);
    assertThat(gcloud.find()).isTrue();
    requireCommand("dataproc", List.of(gcloud.group(1).split(" +")));
    String emr = Files.readString(DEPLOY.resolve("emr/README.md")).replaceAll(",\n *", ",");
    Matcher step = Pattern.compile("sparksr\\.jar,(.+)]'").matcher(emr);
    assertThat(step.find()).isTrue();
    requireCommand("emr", List.of(step.group(1).split(",")));
  }

  @Test
  void manifestsOfTheOperatorStartCommandsOfOursWithoutRootAndWithoutSecrets() throws IOException {
    List<Map<String, Object>> applications =
        manifests().stream().filter(m -> m.get("kind").equals("SparkApplication")).toList();
    assertThat(applications).hasSize(6);
    for (Map<String, Object> application : applications) {
      String name = at(application, "metadata", "name").toString();
      assertThat(application.get("apiVersion")).isEqualTo("sparkoperator.k8s.io/v1beta2");
      assertThat(at(application, "spec", "mainClass")).isEqualTo(Main.class.getName());
      assertThat(at(application, "spec", "sparkVersion").toString()).isEqualTo(sparkVersion());
      List<?> arguments = (List<?>) at(application, "spec", "arguments");
      requireCommand(name, arguments.stream().map(Object::toString).toList());
      Map<?, ?> settings = (Map<?, ?>) at(application, "spec", "sparkConf");
      assertThat(settings.values()).as(name).allMatch(String.class::isInstance);
      requireSparkKeys(name, settings.keySet());
      for (String role : List.of("driver", "executor")) {
        Object security = at(application, "spec", role, "securityContext");
        assertThat(at(security, "runAsNonRoot")).isEqualTo(true);
        assertThat(at(security, "allowPrivilegeEscalation")).isEqualTo(false);
      }
      for (Object variable : (List<?>) at(application, "spec", "driver", "env")) {
        assertThat(at(variable, "valueFrom", "secretKeyRef", "name")).isEqualTo("sparksr-s3");
        assertThat(((Map<?, ?>) variable).containsKey("value")).isFalse();
      }
    }
  }

  @Test
  void trainingsAreGangScheduledAndGiveEachReplicaAnExecutor() throws IOException {
    List<Map<String, Object>> trainings =
        manifests().stream()
            .filter(m -> m.get("kind").equals("SparkApplication"))
            .filter(m -> ((List<?>) at(m, "spec", "arguments")).contains("train"))
            .toList();
    assertThat(trainings).hasSize(2);
    Object queue =
        manifests().stream()
            .filter(m -> m.get("kind").equals("Queue"))
            .map(m -> at(m, "metadata", "name"))
            .findFirst()
            .orElseThrow();
    for (Map<String, Object> training : trainings) {
      assertThat(at(training, "spec", "batchScheduler")).isEqualTo("volcano");
      assertThat(at(training, "spec", "batchSchedulerOptions", "queue")).isEqualTo(queue);
      Object executors = at(training, "spec", "executor", "instances");
      assertThat(
              ((List<?>) at(training, "spec", "arguments")).contains("train.replicas=" + executors))
          .isTrue();
      assertThat(at(training, "spec", "sparkConf", "spark.task.cpus"))
          .isEqualTo(at(training, "spec", "executor", "cores").toString());
      assertThat(at(training, "spec", "sparkConf", "spark.dynamicAllocation.enabled"))
          .isEqualTo("false");
    }
  }

  @Test
  void imageFilesCopyWhatExistsAndEndWithoutRoot() throws IOException {
    for (String name : List.of("Dockerfile", "Dockerfile.cuda")) {
      List<String> lines =
          Files.readString(DEPLOY.resolve("docker").resolve(name))
              .replaceAll("\\\\\\n *", "")
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .toList();
      assertThat(lines)
          .as(name)
          .allMatch(line -> INSTRUCTIONS.contains(line.substring(0, line.indexOf(' '))));
      assertThat(lines.stream().filter(line -> line.startsWith("FROM")))
          .hasSize(2)
          .allMatch(line -> line.matches("FROM (\\$\\{SPARK}|\\S+:\\S*\\d\\S*)( AS \\w+)?"));
      lines.stream()
          .filter(line -> line.startsWith("COPY") && !line.contains("--from="))
          .forEach(line -> assertThat(copied(line)).as(line).exists());
      assertThat(lines.stream().filter(line -> line.startsWith("USER")).reduce((a, b) -> b))
          .contains("USER 185");
      assertThat(String.join("\n", lines)).contains("spark:" + sparkVersion(), "Main", "doctor");
      assertThat(DEPLOY.resolve("docker").resolve(name + ".dockerignore")).exists();
    }
  }

  @Test
  void scriptsAreBashAndTheGpuDiscoveryIsExecutable() throws Exception {
    for (String script : List.of("gpu-discovery", "standalone/cluster")) {
      Process bash = new ProcessBuilder("bash", "-n", DEPLOY.resolve(script).toString()).start();
      assertThat(bash.waitFor()).as(script).isZero();
      assertThat(Files.isExecutable(DEPLOY.resolve(script))).isTrue();
    }
  }

  private static Path copied(String line) {
    Matcher copy = Pattern.compile("COPY (\\S+) \\S+").matcher(line);
    assertThat(copy.matches()).as(line).isTrue();
    return ROOT.resolve(copy.group(1));
  }

  private static void requireCommand(String where, List<String> words) {
    assertThatCode(
            () -> {
              ParseResult leaf = Main.commandLine().parseArgs(words.toArray(String[]::new));
              while (leaf.hasSubcommand()) {
                leaf = leaf.subcommand();
              }
              List<String> settings = leaf.matchedOptionValue("-D", List.of());
              ConfigLoader.load(Optional.empty(), settings);
            })
        .as(where)
        .doesNotThrowAnyException();
  }

  private static void requireSparkKeys(String where, Set<?> keys) {
    assertThat(keys.stream().map(Object::toString))
        .as(where)
        .allMatch(
            key ->
                FREE_KEYS.matcher(key).matches()
                    || OTHER_MODULES_KEYS.contains(key)
                    || ConfigEntry.findEntry(key) != null);
  }

  private static String sparkVersion() {
    return org.apache.spark.package$.MODULE$.SPARK_VERSION();
  }

  private static List<Map<String, Object>> manifests() throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Path file : files(".yaml")) {
      Iterable<Object> documents = new Yaml().loadAll(Files.readString(file));
      StreamSupport.stream(documents.spliterator(), false)
          .forEach(document -> all.add(checked(document)));
    }
    return all;
  }

  private static Map<String, Object> checked(Object document) {
    Map<String, Object> fields = new HashMap<>();
    ((Map<?, ?>) document).forEach((key, value) -> fields.put((String) key, value));
    assertThat(fields).containsKeys("apiVersion", "kind", "metadata");
    return fields;
  }

  private static Object at(Object node, String... path) {
    Object found = node;
    for (String key : path) {
      assertThat(found).as(String.join(".", path)).isInstanceOf(Map.class);
      found = ((Map<?, ?>) found).get(key);
    }
    return found;
  }

  private static List<Path> files(String ending) throws IOException {
    try (Stream<Path> found = Files.walk(DEPLOY)) {
      return found.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
