package io.sparksr.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.sparksr.core.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  private static final Config REFERENCE =
      ConfigFactory.parseString(
          """
          # Other people's settings.
          spark {
          }

          # Training.
          train {
            # Images in one step,
            # over all replicas.
            batch-size = 16
            # Where VGG19 is.
            vgg-weights = null
            adam {
              learning-rate = 1e-4
            }
            betas = [0.9, 0.999]
          }
          """,
          ConfigParseOptions.defaults().setOriginDescription("reference.conf"));

  @TempDir Path folder;

  record Adam(double learningRate) {}

  record Train(int batchSize, Optional<String> vggWeights, Adam adam, List<Double> betas) {
    Train {
      if (batchSize < 1) {
        throw new IllegalArgumentException("batch-size: must be at least 1, got " + batchSize);
      }
    }
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("x.conf"), content);
  }

  private static ResolvedConfig load(Optional<Path> file, String... overrides) {
    return ConfigLoader.load(REFERENCE, file, List.of(overrides));
  }

  private static List<String> problems(Optional<Path> file, String... overrides) {
    return catchThrowableOfType(UserException.class, () -> load(file, overrides)).problems();
  }

  private static Train train(ResolvedConfig config) {
    return config.bind("train", Train.class);
  }

  @Test
  void overridesWinOverTheFileAndTheFileOverTheReference() throws IOException {
    Path file = file("train { batch-size = 8, vgg-weights = a }");

    assertThat(train(load(Optional.empty())).batchSize()).isEqualTo(16);
    assertThat(train(load(Optional.of(file))).batchSize()).isEqualTo(8);
    Train train = train(load(Optional.of(file), "train.batch-size=4", "train.batch-size=2"));
    assertThat(train)
        .isEqualTo(new Train(2, Optional.of("a"), new Adam(1e-4), List.of(0.9, 0.999)));
  }

  @Test
  void systemPropertiesTakeNoPart() {
    System.setProperty("train.batch-size", "99");
    try {
      ConfigFactory.invalidateCaches();
      assertThat(train(load(Optional.empty())).batchSize()).isEqualTo(16);
    } finally {
      System.clearProperty("train.batch-size");
    }
  }

  @Test
  void overrideIsPlainTextUnlessItLooksLikeHocon() {
    ResolvedConfig config =
        load(
            Optional.empty(),
            "train.vgg-weights=s3a://bucket/a#b, c",
            "train.betas=[0.5, 0.75]",
            "train.adam={learning-rate = 0.5}");

    assertThat(train(config))
        .isEqualTo(
            new Train(16, Optional.of("s3a://bucket/a#b, c"), new Adam(0.5), List.of(0.5, 0.75)));
  }

  @Test
  void overrideMayReferToOtherKeysAndToNull() {
    ResolvedConfig config = load(Optional.empty(), "train.vgg-weights=v${train.batch-size}");
    assertThat(train(config).vggWeights()).contains("v16");
    assertThat(train(load(Optional.empty(), "train.vgg-weights=null")).vggWeights()).isEmpty();
  }

  @Test
  void environmentVariableIsSubstitutedAndAnAbsentOneIsIgnored() throws IOException {
    Path file =
        file("train.vgg-weights = ${?PATH}\ntrain.batch-size = ${?SPARKSR_NO_SUCH_VARIABLE}");

    Train train = train(load(Optional.of(file)));

    assertThat(train.vggWeights()).contains(System.getenv("PATH"));
    assertThat(train.batchSize()).isEqualTo(16);
  }

  @Test
  void problemsNameTheFileTheOverrideOrTheReference() throws IOException {
    Path file = file("train {\n  betas = x\n  adam.learning-rate = ${?PATH}\n}");
    ResolvedConfig config = load(Optional.of(file), "train.batch-size=0.5", "train.x=1");

    assertThatThrownBy(() -> train(config))
        .isInstanceOfSatisfying(
            UserException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "-D train.batch-size: must be a whole number, got 0.5",
                        "environment: train.adam.learning-rate: must be a number,"
                            + " got \""
                            + System.getenv("PATH")
                            + "\"",
                        file + ":2: train.betas: must be a list [ ... ], got \"x\"",
                        "-D train.x: unknown key, known are batch-size, vgg-weights, adam,"
                            + " betas"));
    assertThatThrownBy(() -> load(Optional.empty()).bind("train", Adam.class))
        .hasMessageContaining("reference.conf:9: train.batch-size: unknown key, ");
  }

  @Test
  void rangeProblemInsideAnOverriddenSectionNamesTheOverride() {
    ResolvedConfig config = load(Optional.empty(), "train={batch-size: 0}");
    assertThatThrownBy(() -> train(config))
        .hasMessage("-D train: train.batch-size: must be at least 1, got 0");
  }

  @Test
  void missingFileIsOneLine() {
    Path missing = folder.resolve("nowhere.conf");
    assertThat(problems(Optional.of(missing)))
        .containsExactly(missing + ": no such file, give a configuration file with --config");
    assertThat(problems(Optional.of(folder)))
        .containsExactly(folder + ": not a file, give a configuration file with --config");
  }

  @Test
  void syntaxErrorNamesTheLine() throws IOException {
    Path file = file("train {\n  batch-size = [1\n");
    assertThat(problems(Optional.of(file)))
        .singleElement()
        .asString()
        .startsWith(file + ":3: ")
        .doesNotContain("\n");
  }

  @Test
  void unresolvedSubstitutionNamesTheLine() throws IOException {
    Path file = file("train {\n  batch-size = ${nowhere}\n}");
    assertThat(problems(Optional.of(file)))
        .singleElement()
        .asString()
        .startsWith(file + ":2: ")
        .contains("${nowhere}");
  }

  @Test
  void unknownSectionsAndMalformedOverridesAreReportedTogether() throws IOException {
    Path file = file("trian {\n  batch-size = 1\n}");
    assertThat(problems(Optional.of(file), "train.batch-size", "a..b=1", "tarin.adam.x=1"))
        .containsExactlyInAnyOrder(
            "-D train.batch-size: must have the form key=value",
            "-D a..b: Invalid path 'a..b': path has a leading, trailing, or two adjacent period"
                + " '.' (use quoted \"\" empty string if you want an empty element)",
            "-D tarin.adam.x: tarin: unknown section, did you mean train?",
            file + ":1: trian: unknown section, did you mean train?");
  }

  @Test
  void aSettingBesideOneBelowItIsRefusedUnlessQuoted() {
    String both =
        "can't stand beside spark.s3.end, write the longer of the two as 'spark.s3.\"end.to\"'";
    assertThatThrownBy(() -> load(Optional.empty(), "spark.s3.end=a", "spark.s3.end.to=b"))
        .isInstanceOf(UserException.class)
        .hasMessage("-D spark.s3.end.to: " + both);
    assertThatThrownBy(() -> load(Optional.empty(), "spark.s3.end.to=b", "spark.s3.end=a"))
        .isInstanceOf(UserException.class)
        .hasMessage("-D spark.s3.end: " + both);
    assertThat(load(Optional.empty(), "spark.s3.end=a", "spark.s3.\"end.to\"=b").flatten("spark"))
        .isEqualTo(Map.of("spark.s3.end", "a", "spark.s3.end.to", "b"));
    assertThat(load(Optional.empty(), "spark.a=1", "spark.a=2").flatten("spark"))
        .isEqualTo(Map.of("spark.a", "2"));
  }

  @Test
  void renderedSectionsLoadToTheSameValues() throws IOException {
    ResolvedConfig config = load(Optional.empty(), "train.vgg-weights=s3a://b/v", "spark.a.b=1");

    String text = config.render("train");

    assertThat(text).contains("s3a://b/v").doesNotContain("spark");
    assertThat(train(load(Optional.of(file(text))))).isEqualTo(train(config));
    assertThat(config.concise("train")).doesNotContain("\n", " ");
    assertThat(train(load(Optional.of(file(config.concise("train")))))).isEqualTo(train(config));
    assertThat(ConfigFactory.parseString(config.render()).getInt("spark.a.b")).isEqualTo(1);
  }

  @Test
  void descriptionShowsEveryKeyWithOriginAndCommentInTheReferencesOrder() {
    ResolvedConfig config = load(Optional.empty(), "train.vgg-weights=v", "train.betas=[1]");
    assertThat(config.describe(Optional.empty()))
        .isEqualTo(
            """
            # Other people's settings.
            spark = {}                       # reference.conf:2

            # Training.
            # Images in one step,
            # over all replicas.
            train.batch-size = 16            # reference.conf:9
            # Where VGG19 is.
            train.vgg-weights = "v"          # -D train.vgg-weights
            train.adam.learning-rate = 1e-4  # reference.conf:13
            train.betas = [1]                # -D train.betas
            """);
  }

  @Test
  void descriptionOfOneKeyOrSection() {
    ResolvedConfig config = load(Optional.empty());
    assertThat(config.describe(Optional.of("train.batch-size")))
        .isEqualTo(
            """
            # Images in one step,
            # over all replicas.
            train.batch-size = 16  # reference.conf:9
            """);
    assertThat(config.describe(Optional.of("train.adam")))
        .isEqualTo("train.adam.learning-rate = 1e-4  # reference.conf:13\n");
  }

  @Test
  void descriptionIsValidHocon() {
    ResolvedConfig config = load(Optional.empty(), "spark.\"a.b\"=c");
    Config parsed = ConfigFactory.parseString(config.describe(Optional.empty()));
    assertThat(parsed.getDouble("train.adam.learning-rate")).isEqualTo(1e-4);
    assertThat(parsed.getString("spark.\"a.b\"")).isEqualTo("c");
  }

  @Test
  void descriptionOfAnUnknownKeySuggestsTheNearest() {
    ResolvedConfig config = load(Optional.empty());
    assertThatThrownBy(() -> config.describe(Optional.of("train.bath-size")))
        .hasMessage("train.bath-size: unknown key in train, did you mean batch-size?");
    assertThatThrownBy(() -> config.describe(Optional.of("trian")))
        .hasMessage("trian: unknown key, did you mean train?");
    assertThatThrownBy(() -> config.describe(Optional.of("a..b")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("a..b: not a key (");
  }

  @Test
  void flattenedSectionHasPlainKeysAndTexts() {
    ResolvedConfig config =
        load(Optional.empty(), "spark.a.b=1", "spark.\"a.b.c\"=x", "spark.list=[1, two]");
    assertThat(config.flatten("spark"))
        .isEqualTo(Map.of("spark.a.b", "1", "spark.a.b.c", "x", "spark.list", "1,two"));
  }

  @Test
  void theJarsReferenceHasEverySection() {
    String all = ConfigLoader.load(Optional.empty(), List.of()).describe(Optional.empty());
    assertThat(all)
        .contains("spark", "synthesize", "index", "shard", "network", "train")
        .containsPattern("(?m)^spark = \\{\\} +# reference\\.conf:\\d+$");
  }
}
