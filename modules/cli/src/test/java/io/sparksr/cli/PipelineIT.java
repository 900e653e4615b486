package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.evaluation.report.EvaluationReport;
import io.sparksr.evaluation.report.EvaluationReport.Result;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands one after the other, as a user calls them, and what they say to bad input. */
class PipelineIT {
  /** The quickstart with just enough of everything to run. */
  private static final String[] TINY = {
    "-Dsynthesize.count=6",
    "-Dsynthesize.width=112",
    "-Dsynthesize.height=104",
    "-Dsynthesize.objects=60",
    "-Dshard.crops-per-image=4",
    "-Dnetwork.channels=4",
    "-Dnetwork.blocks=1",
    "-Dtrain.steps=12",
    "-Dtrain.log-every=4",
    "-Dtrain.checkpoint-every=6",
    "-Dtrain.precision=fp32",
    "-Devaluate.pictures=1",
    "--master",
    "local[2]"
  };

  @TempDir private static Path root;
  private static Path dir;
  private static Cli first;

  @BeforeAll
  static void quickstart() {
    dir = root.resolve("quick");
    first = tiny("quickstart", "--dir", dir.toString());
  }

  @Test
  void quickstartMakesEveryArtefactAndPrintsTheReportsNumbers() throws IOException {
    assertThat(first.err()).isEmpty();
    assertThat(first.code()).isZero();
    for (String artefact :
        List.of(
            "index/index.json",
            "shards/manifest.json",
            "run/config.conf",
            "run/metrics.jsonl",
            "run/report.html",
            "run/checkpoints/step-00000012/model.safetensors",
            "run/checkpoints/step-00000012/state.json",
            "report/report.json",
            "report/report.md",
            "report/report.html",
            "upscaled/manifest.json",
            "upscaled/leaves-00000.png")) {
      assertThat(dir.resolve(artefact)).isNotEmptyFile();
    }
    byte[] json = Files.readAllBytes(dir.resolve("report/report.json"));
    EvaluationReport report = EvaluationReport.parse(json, "report.json");
    assertThat(report.results()).extracting(Result::model).containsExactly("bicubic", "msrresnet");
    for (Result result : report.results()) {
      assertThat(first.out().lines().filter(line -> line.startsWith(result.model())))
          .singleElement()
          .asString()
          .contains(String.format(Locale.ROOT, " %.3f ", result.psnr()))
          .contains(String.format(Locale.ROOT, " %.4f", result.ssim()));
    }
    assertThat(first.out()).contains("report  : " + dir.resolve("report/report.html"));
  }

  @Test
  void quickstartStartedAgainKeepsWhatIsThere() throws IOException {
    Path shard = dir.resolve("shards/manifest.json");
    Path checkpoint = dir.resolve("run/checkpoints/step-00000012/state.json");
    List<Object> before =
        List.of(Files.getLastModifiedTime(shard), Files.getLastModifiedTime(checkpoint));
    Cli again = tiny("quickstart", "--dir", dir.toString());
    assertThat(again.code()).isZero();
    assertThat(List.of(Files.getLastModifiedTime(shard), Files.getLastModifiedTime(checkpoint)))
        .isEqualTo(before);
    assertThat(table(again)).isEqualTo(table(first));
  }

  @Test
  void aKilledQuickstartGoesOnAndEndsWithTheSameBytes() throws Exception {
    Path killed = root.resolve("killed");
    Process process = start("killed.log", all("quickstart", "--dir", killed.toString()));
    Path checkpoint = killed.resolve("run/checkpoints/step-00000006/state.json");
    try {
      Awaitility.await()
          .atMost(90, TimeUnit.SECONDS)
          .pollInterval(20, TimeUnit.MILLISECONDS)
          .until(() -> Files.exists(checkpoint) || !process.isAlive());
    } finally {
      process.destroyForcibly().waitFor();
    }
    Cli resumed = tiny("quickstart", "--dir", killed.toString());
    assertThat(resumed.err()).isEmpty();
    assertThat(table(resumed)).isEqualTo(table(first));
    String weights = "run/checkpoints/step-00000012/model.safetensors";
    assertThat(killed.resolve(weights)).hasSameBinaryContentAs(dir.resolve(weights));
  }

  @Test
  void aTerminatedTrainingSavesWhereItIsFirst() throws Exception {
    Path run = root.resolve("terminated");
    Process process =
        start(
            "terminated.log",
            "train",
            "srresnet",
            "--shards",
            dir.resolve("shards").toString(),
            "--output",
            run.toString(),
            "--master",
            "local[2]",
            "-Dnetwork.name=msrresnet",
            "-Dnetwork.channels=4",
            "-Dnetwork.blocks=1",
            "-Dtrain.replicas=2",
            "-Dtrain.checkpoint-minutes=0.05");
    List<Long> before;
    try {
      Awaitility.await()
          .atMost(90, TimeUnit.SECONDS)
          .pollInterval(20, TimeUnit.MILLISECONDS)
          .until(() -> !saved(run).isEmpty() || !process.isAlive());
      before = saved(run);
      process.destroy(); // SIGTERM
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String log = Files.readString(root.resolve("terminated.log"), UTF_8);
    assertThat(before).as(log).hasSize(1);
    List<Long> after = saved(run);
    assertThat(after).as(log).hasSize(2);
    assertThat(log)
        .contains(
            "training was told to end. The same command goes on from its checkpoint at step "
                + after.get(1));
  }

  private static List<Long> saved(Path run) throws IOException {
    Path folder = run.resolve("checkpoints");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> checkpoints = Files.list(folder)) {
      return checkpoints
          .filter(checkpoint -> Files.exists(checkpoint.resolve("state.json")))
          .map(checkpoint -> checkpoint.getFileName().toString().substring("step-".length()))
          .map(Long::valueOf)
          .sorted()
          .toList();
    }
  }

  @Test
  void aGpuThatIsNotThereIsOneLine() {
    Cli cli =
        Cli.run(
            "train",
            "srresnet",
            "--shards",
            dir.resolve("shards").toString(),
            "--output",
            root.resolve("gpu").toString(),
            "--master",
            "local[1]",
            "-Dtrain.device=gpu");
    assertThat(cli.err().lines())
        .singleElement()
        .asString()
        .startsWith("error: executor driver on ")
        .contains("train.device is gpu, but libtorch finds no CUDA device there. Set it to auto");
    assertThat(cli.code()).isEqualTo(2);
  }

  @Test
  void aChangedSettingIsRefusedBeforeAnythingIsLost() {
    Cli changed = tiny("quickstart", "--dir", dir.toString(), "-Dtrain.learning-rate=0.5");
    assertThat(changed.code()).isEqualTo(2);
    assertThat(changed.err().lines())
        .singleElement()
        .asString()
        .startsWith("error: train.learning-rate: was 0.002 in " + dir);
  }

  @Test
  void everyWrongKeyIsALineWithWhereItStands() throws IOException {
    Path file =
        Files.writeString(
            root.resolve("wrong.conf"),
            "train {\n  steps = 0\n  batch = 3\n}\nnetwork.name = srresne\nshard.crop-size = 97\n",
            UTF_8);
    Cli cli =
        Cli.run("quickstart", "--config", file.toString(), "--dir", root.resolve("w").toString());
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err().lines())
        .anyMatch(
            l -> l.startsWith("error: " + file + ":2: train.steps: must be at least 1, got 0"))
        .anyMatch(l -> l.startsWith("error: " + file + ":3: train.batch: unknown key, "))
        .anyMatch(
            l -> l.startsWith("error: " + file + ":5: network.name: unknown network 'srresne'"))
        .anyMatch(l -> l.startsWith("error: " + file + ":6: shard.crop-size: "))
        .allMatch(l -> l.startsWith("error: "));
    assertThat(root.resolve("w")).doesNotExist();
  }

  @Test
  void missingInputsAreOneLineAndExitCodeThree() throws IOException {
    String missing = root.resolve("missing").toString();
    String out = root.resolve("out").toString();
    String report = root.resolve("out-report").toString();
    assertInput(missing + ": not found", "index", "--input", missing, "--output", out);
    Path empty = Files.createDirectories(root.resolve("empty"));
    assertInput("no usable image", "index", "--input", empty.toString(), "--output", out);
    assertInput("index.json: not found", "shard", "--index", missing, "--output", out);
    assertInput(
        "manifest.json: not found", "train", "srresnet", "--shards", missing, "--output", out);
    assertInput(
        missing + ": not found", "evaluate", "--model", missing, "--set", out, "--output", report);
    assertInput(
        missing + ": not found",
        "evaluate",
        "--model",
        "bicubic",
        "--set",
        missing,
        "--output",
        report);
    assertInput(
        missing + ": not found", "upscale", "--model", missing, "--input", out, "--output", out);
  }

  @Test
  void anOutputThatIsSomethingElseIsRefused() {
    String foreign = dir.resolve("images").toString();
    assertInput(foreign, "index", "--input", foreign, "--output", foreign);
    assertInput(foreign, "shard", "--index", dir.resolve("index").toString(), "--output", foreign);
    assertInput(foreign, "evaluate", "--model", "bicubic", "--set", foreign, "--output", foreign);
  }

  @Test
  void withoutAModelTheBundledOneEnlarges() throws IOException {
    Path small = root.resolve("small.png");
    ImageIO.write(new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB), "png", small.toFile());
    Path large = root.resolve("large.png");

    Cli cli = Cli.run("upscale", "--input", small.toString(), "--output", large.toString());

    assertThat(cli.code()).isZero();
    BufferedImage made = ImageIO.read(large.toFile());
    assertThat(List.of(made.getWidth(), made.getHeight())).containsExactly(120, 80);
    assertInput(
        "bundled:other: no such model comes along. There is bundled:msrresnet",
        "upscale",
        "--model",
        "bundled:other",
        "--input",
        small.toString(),
        "--output",
        root.resolve("other.png").toString());
  }

  @Test
  void aWrongModelFileIsOneLine() throws IOException {
    Path model = Files.createDirectories(root.resolve("model"));
    String photos = dir.resolve("leaves").toString();
    String out = root.resolve("wrong-model-out").toString();
    Files.writeString(model.resolve("model.json"), "not json", UTF_8);
    assertInput(
        "model.json: not a valid",
        "upscale",
        "--model",
        model.toString(),
        "--input",
        photos,
        "--output",
        out);
    Files.copy(
        dir.resolve("run/checkpoints/step-00000012/model.json"),
        model.resolve("model.json"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.write(model.resolve("model.safetensors"), new byte[] {1, 2, 3});
    assertInput(
        "model.safetensors: not a safetensors file",
        "upscale",
        "--model",
        model.toString(),
        "--input",
        photos,
        "--output",
        out);
  }

  private static void assertInput(String message, String... arguments) {
    Cli cli = Cli.run(arguments);
    assertThat(cli.err().lines())
        .singleElement()
        .asString()
        .startsWith("error: ")
        .contains(message);
    assertThat(cli.code()).isEqualTo(3);
    assertThat(cli.out()).isEmpty();
  }

  private static List<String> table(Cli cli) {
    return cli.out().lines().limit(4).toList();
  }

  private static Cli tiny(String... arguments) {
    return Cli.run(all(arguments));
  }

  private static String[] all(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of(TINY));
    return all.toArray(String[]::new);
  }

  /** The same in a JVM of its own, which can be killed. */
  private static Process start(String log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> a.startsWith("--add-opens") || a.startsWith("-D") || a.startsWith("-Xmx"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(root.resolve(log).toFile())
        .start();
  }
}
