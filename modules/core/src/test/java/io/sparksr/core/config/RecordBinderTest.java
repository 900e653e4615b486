package io.sparksr.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.sparksr.core.UserException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordBinderTest {

  enum Precision {
    FP32,
    MIXED_BF16
  }

  record Adam(double learningRate, List<Double> betas) {
    Adam {
      if (learningRate <= 0) {
        throw new IllegalArgumentException("learning-rate: must be above 0, got " + learningRate);
      }
    }
  }

  record Everything(
      int batchSize,
      long seed,
      double momentum,
      boolean useEma,
      String vgg19Weights,
      Precision precision,
      List<String> names,
      List<Integer> milestones,
      List<Long> offsets,
      Adam adam,
      Duration timeout,
      long shardBytes,
      Optional<Integer> limit,
      Optional<String> note) {}

  record Small(int batchSize, Optional<Integer> cropSize) {
    Small {
      if (batchSize < 1) {
        throw new IllegalArgumentException("batch-size: must be at least 1, got " + batchSize);
      }
    }
  }

  record Nested(Small first, Adam adam) {}

  record Two(Small shard, Adam train) {}

  private static Config parse(String hocon) {
    return ConfigFactory.parseString(
        hocon, ConfigParseOptions.defaults().setOriginDescription("conf/x.conf"));
  }

  private static <T extends Record> List<String> problems(String hocon, Class<T> type) {
    return catchThrowableOfType(
            UserException.class, () -> RecordBinder.bind(parse(hocon), "train", type))
        .problems();
  }

  @Test
  void everySupportedTypeIsBoundByItsKebabCaseKey() {
    Everything bound =
        RecordBinder.bind(
            parse(
                """
                train {
                  batch-size = 16
                  seed = 9007199254740993
                  momentum = 0.9
                  use-ema = on
                  vgg19-weights = "s3a://bucket/vgg19"
                  precision = mixed-bf16
                  names = [a, b]
                  milestones = [50, 100]
                  offsets = [4294967296]
                  adam { learning-rate = 1e-4, betas = [0.9, 0.999] }
                  timeout = 30s
                  shard-bytes = 128MiB
                  limit = null
                  note = 12
                }
                """),
            "train",
            Everything.class);

    assertThat(bound)
        .isEqualTo(
            new Everything(
                16,
                9007199254740993L,
                0.9,
                true,
                "s3a://bucket/vgg19",
                Precision.MIXED_BF16,
                List.of("a", "b"),
                List.of(50, 100),
                List.of(4294967296L),
                new Adam(1e-4, List.of(0.9, 0.999)),
                Duration.ofSeconds(30),
                128L << 20,
                Optional.empty(),
                Optional.of("12")));
  }

  @Test
  void absentOptionalKeyIsEmpty() {
    assertThat(RecordBinder.bind(parse("train { batch-size = 2 }"), "train", Small.class))
        .isEqualTo(new Small(2, Optional.empty()));
  }

  @Test
  void nestedPathIsASection() {
    assertThat(RecordBinder.bind(parse("a.b { batch-size = 2 }"), "a.b", Small.class).batchSize())
        .isEqualTo(2);
  }

  @Test
  void wrongTypesAreAllReportedWithLineAndValue() {
    assertThat(
            problems(
                """
                train {
                  batch-size = 2.5
                  seed = abc
                  momentum = [1]
                  use-ema = maybe
                  vgg19-weights = {}
                  precision = fp16
                  names = a
                  milestones = [1, x, 2.5]
                  offsets = []
                  adam = 5
                  timeout = soon
                  shard-bytes = many
                  limit = 3000000000
                }
                """,
                Everything.class))
        .containsExactly(
            "conf/x.conf:2: train.batch-size: must be a whole number, got 2.5",
            "conf/x.conf:3: train.seed: must be a whole number, got \"abc\"",
            "conf/x.conf:4: train.momentum: must be a number, got [1]",
            "conf/x.conf:5: train.use-ema: must be true or false, got \"maybe\"",
            "conf/x.conf:6: train.vgg19-weights: must be a text, got {}",
            "conf/x.conf:7: train.precision: must be one of fp32, mixed-bf16, got \"fp16\"",
            "conf/x.conf:8: train.names: must be a list [ ... ], got \"a\"",
            "conf/x.conf:9: train.milestones[1]: must be a whole number, got \"x\"",
            "conf/x.conf:9: train.milestones[2]: must be a whole number, got 2.5",
            "conf/x.conf:11: train.adam: must be a section { ... }, got 5",
            "conf/x.conf:12: train.timeout: must be a duration such as 30s or 5m, got \"soon\"",
            "conf/x.conf:13: train.shard-bytes: must be a size in bytes such as 128MiB,"
                + " got \"many\"",
            "conf/x.conf:14: train.limit: must be between -2147483648 and 2147483647,"
                + " got 3000000000");
  }

  @Test
  void numberBeyondLongIsReportedAsOutOfRange() {
    assertThat(problems("train.batch-size = 1e30", Small.class))
        .containsExactly(
            "conf/x.conf:1: train.batch-size: must be between -2147483648 and 2147483647,"
                + " got 1e30");
  }

  @Test
  void wholeNumberMayBeWrittenAsFractionOrText() {
    assertThat(RecordBinder.bind(parse("train.batch-size = 16.0"), "train", Small.class))
        .isEqualTo(new Small(16, Optional.empty()));
    assertThat(RecordBinder.bind(parse("train.batch-size = \"16\""), "train", Small.class))
        .isEqualTo(new Small(16, Optional.empty()));
  }

  @Test
  void missingAndNullKeysAreReported() {
    assertThat(problems("train { adam { learning-rate = null } }", Nested.class))
        .containsExactly(
            "conf/x.conf:1: train.first: must be set",
            "conf/x.conf:1: train.adam.learning-rate: must be set",
            "conf/x.conf:1: train.adam.betas: must be set");
  }

  @Test
  void missingSectionIsReported() {
    assertThat(problems("other {}", Small.class))
        .containsExactly("conf/x.conf:1: train: the section is missing");
  }

  @Test
  void rangeChecksOfNestedRecordsAreAllReportedAtTheirLines() {
    assertThat(
            problems(
                """
                train {
                  first {
                    batch-size = 0
                  }
                  adam {
                    learning-rate = -1
                    betas = []
                  }
                }
                """,
                Nested.class))
        .containsExactly(
            "conf/x.conf:3: train.first.batch-size: must be at least 1, got 0",
            "conf/x.conf:6: train.adam.learning-rate: must be above 0, got -1.0");
  }

  record Pair(int low, int high) {
    Pair {
      if (low > high) {
        throw new IllegalArgumentException(
            "low: must not exceed high\nmust be an ordered pair: low, high");
      }
    }
  }

  @Test
  void everyLineOfARecordsMessageIsAProblemAndOneWithoutKeyBelongsToTheSection() {
    assertThat(problems("train {\n low = 2\n high = 1 }", Pair.class))
        .containsExactly(
            "conf/x.conf:2: train.low: must not exceed high",
            "conf/x.conf:1: train: must be an ordered pair: low, high");
  }

  @Test
  void unknownKeyNamesTheNearestKnownOne() {
    assertThat(problems("train {\n batch-size = 1\n bacth-size = 2\n crop = 96 }", Small.class))
        .containsExactlyInAnyOrder(
            "conf/x.conf:3: train.bacth-size: unknown key, did you mean batch-size?",
            "conf/x.conf:4: train.crop: unknown key, did you mean crop-size?");
  }

  @Test
  void unknownKeyLikeNoOtherListsTheKnownOnes() {
    assertThat(problems("train { batch-size = 1, zzz = 2 }", Small.class))
        .containsExactly("conf/x.conf:1: train.zzz: unknown key, known are batch-size, crop-size");
  }

  @Test
  void unknownKeyDoesNotHideAValueOutOfRange() {
    assertThat(problems("train { batch-size = 0, crop = 2 }", Small.class))
        .containsExactly(
            "conf/x.conf:1: train.batch-size: must be at least 1, got 0",
            "conf/x.conf:1: train.crop: unknown key, did you mean crop-size?");
  }

  @Test
  void unknownKeyRangeAndTypeProblemsComeTogether() {
    assertThat(
            problems(
                "train {\n first { batch-size = 0 }\n adam { betas = 1 }\n x {} }", Nested.class))
        .containsExactly(
            "conf/x.conf:2: train.first.batch-size: must be at least 1, got 0",
            "conf/x.conf:3: train.adam.learning-rate: must be set",
            "conf/x.conf:3: train.adam.betas: must be a list [ ... ], got 1",
            "conf/x.conf:4: train.x: unknown key, known are first, adam");
  }

  @Test
  void sectionsBoundTogetherReportTogetherAndIgnoreOthers() {
    Config root =
        parse("shard { batch-size = 0 }\ntrain { learning-rate = 0, betas = [] }\nother = 1");
    assertThatThrownBy(() -> RecordBinder.bindSections(root, Two.class))
        .isInstanceOf(UserException.class)
        .hasMessage(
            """
            conf/x.conf:1: shard.batch-size: must be at least 1, got 0
            conf/x.conf:2: train.learning-rate: must be above 0, got 0.0""");
  }

  record Broken(int size) {
    Broken {
      throw new IllegalStateException("a bug, " + size);
    }
  }

  @Test
  void bugInARecordIsNoUserMistake() {
    assertThatThrownBy(() -> RecordBinder.bind(parse("train.size = 1"), "train", Broken.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a bug, 1");
  }

  record Unsupported(char letter) {}

  @Test
  void componentOfUnsupportedTypeIsABug() {
    assertThatThrownBy(
            () -> RecordBinder.bind(parse("train.letter = x"), "train", Unsupported.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no conversion from configuration to char");
  }
}
