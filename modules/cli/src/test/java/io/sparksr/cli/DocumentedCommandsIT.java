package io.sparksr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.image.DeadLeaves;
import io.sparksr.core.image.DeadLeavesSettings;
import io.sparksr.core.image.ImageEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs what the documents show, in their order, on a few made-up images and as a small network;
 * what needs more than that is listed with the test that runs it. Commands of {@code deploy/} need
 * clusters: DeploymentTest parses them, StandaloneClusterIT runs such on one of its own.
 */
class DocumentedCommandsIT {
  /** By what a line holds: why it does not run here, and where it does. */
  private static final Map<String, String> ELSEWHERE = new LinkedHashMap<>();

  static {
    ELSEWHERE.put("s3a://", "needs an object store: S3aPipelineIT and S3aTrainIT have one");
    ELSEWHERE.put("spark-submit|cluster submit", "needs a cluster: StandaloneClusterIT");
    ELSEWHERE.put("netG_epoch|srresnet7_x4", "needs a published checkpoint: ImportedScoresIT");
    ELSEWHERE.put("sparksr quickstart", "PipelineIT, and .ci/run");
    ELSEWHERE.put("sparksr shell", "ShellCommandIT, and the notebooks");
    ELSEWHERE.put("sparksr doctor", "MainTest and DoctorJobIT");
    ELSEWHERE.put("sparksr config reference", "MainTest");
  }

  private static final List<String> SMALLER =
      List.of(
          "-Dnetwork.channels=8",
          "-Dnetwork.blocks=1",
          "-Dtrain.steps=2",
          "-Dtrain.replicas=1",
          "-Dtrain.global-batch=2",
          "-Dtrain.log-every=1");

  @TempDir private static Path given;
  @TempDir private Path folder;

  /** What readers bring along: photographs, benchmarks, a trained model, a checkpoint. */
  @BeforeAll
  static void makesWhatReadersHave() throws IOException {
    DeadLeaves leaves = new DeadLeaves(new DeadLeavesSettings(112, 104, 60, 3, 40, 0.4, 2));
    int number = 0;
    for (String name :
        List.of("coco/train2014", "coco/val2014", "photos/train", "photos/val", "sets/Set5")) {
      Path images = Files.createDirectories(given.resolve(name));
      for (int i = 0; i < 2; i++) {
        Files.write(images.resolve(i + ".jpg"), ImageEncoder.jpeg(leaves.image(1, number++), 95));
      }
    }
    copy(given.resolve("sets/Set5"), given.resolve("sets/Set14"));
    copy(given.resolve("sets/Set5"), given.resolve("sets/BSDS100"));
    Path photo = given.resolve("photos/train/0.jpg");
    for (String name : List.of("photo.jpg", "photo.png", "butterfly.png")) {
      Files.copy(photo, given.resolve(name));
    }
    Files.writeString(given.resolve("uris.txt"), photo + "\n");
    run("index", "--input", path("coco/train2014"), "--output", path("index"));
    run("shard", "--index", path("index"), "--output", path("shards"));
    run("train", "srresnet", "--shards", path("shards"), "--output", path("runs/srresnet"));
    run(
        "model",
        "export",
        "--model",
        path("runs/srresnet"),
        "--format",
        "safetensors",
        "--output",
        path("checkpoint_srresnet.pth.tar"));
    copy(given.resolve("runs/srresnet"), given.resolve("work/srresnet7"));
  }

  static List<Path> documents() throws IOException {
    List<Path> withCommands = new ArrayList<>();
    for (Path document : ShownCommand.documents()) {
      if (!document.startsWith(ShownCommand.ROOT.resolve("deploy"))
          && ShownCommand.of(document).stream().anyMatch(shown -> elsewhere(shown).isEmpty())) {
        withCommands.add(document);
      }
    }
    return withCommands;
  }

  @ParameterizedTest
  @MethodSource("documents")
  void commandsRunInTheirOrder(Path document) throws IOException {
    copy(given, folder);
    for (ShownCommand shown : ShownCommand.of(document)) {
      if (elsewhere(shown).isEmpty()) {
        Cli cli = Cli.run(here(shown.words()));
        assertThat(cli.code()).as("%s%n%s", shown, cli.err()).isZero();
      }
    }
  }

  @Test
  void mostCommandsRunHere() throws IOException {
    int here = 0;
    int all = 0;
    for (Path document : documents()) {
      for (ShownCommand shown : ShownCommand.of(document)) {
        all++;
        here += elsewhere(shown).isEmpty() ? 1 : 0;
      }
    }
    assertThat(here).isGreaterThan(20).isGreaterThan(all * 2 / 3);
  }

  private static Optional<String> elsewhere(ShownCommand shown) {
    return ELSEWHERE.entrySet().stream()
        .filter(entry -> Pattern.compile(entry.getKey()).matcher(shown.line()).find())
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** The words with files below the test's folder, as small as the test needs them. */
  private String[] here(String... words) {
    List<String> here = new ArrayList<>();
    for (String word : words) {
      int name = word.startsWith("-") ? -1 : word.indexOf('=');
      here.add(word.substring(0, name + 1) + place(word.substring(name + 1)));
    }
    return smaller(here);
  }

  private String place(String word) {
    if (word.startsWith("$COCO") || word.startsWith("$SETS")) {
      return folder.resolve(word.substring(1, 5).toLowerCase(Locale.ROOT)) + word.substring(5);
    }
    if (word.startsWith("conf/")) {
      return ShownCommand.ROOT.resolve(word).toString();
    }
    boolean file = word.matches("[\\w-]+\\.(jpg|png|txt|onnx|safetensors|pth|pth\\.tar|pt)");
    boolean below = word.matches("(work|runs|models|photos|large)/.*");
    return file || below ? folder.resolve(word).toString() : word;
  }

  private static void run(String... words) {
    Cli cli = Cli.run(smaller(new ArrayList<>(List.of(words))));
    assertThat(cli.code()).as(cli.err()).isZero();
  }

  private static String[] smaller(List<String> words) {
    if (words.get(0).equals("train")) {
      words.addAll(SMALLER);
    }
    if (words.get(0).equals("shard") && words.contains("--index")) {
      words.add("-Dshard.crops-per-image=2");
    }
    if (words.contains("srgan")) {
      words.addAll(List.of("-Dtrain.gan.discriminator.channels=8", "-Dtrain.gan.vgg.weight=0"));
    }
    return words.toArray(String[]::new);
  }

  private static String path(String name) {
    return given.resolve(name).toString();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
