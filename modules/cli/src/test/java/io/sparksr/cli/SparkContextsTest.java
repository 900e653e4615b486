package io.sparksr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparkContextsTest {

  private static SparkConf embedded(Optional<String> master, Map<String, String> settings) {
    return SparkContexts.configure(
        new SparkConf(false), "index", master, settings, Optional.of("/opt/sparksr"));
  }

  @Test
  void embeddedRunUsesAllCoresOfThisMachine() {
    SparkConf conf = embedded(Optional.empty(), Map.of());

    assertThat(conf.get("spark.master")).isEqualTo("local[*]");
    assertThat(conf.get("spark.app.name")).isEqualTo("sparksr index");
    assertThat(conf.get("spark.executor.heartbeatInterval")).isEqualTo("1s");
    assertThat(conf.get("spark.ui.showConsoleProgress")).isEqualTo("false");
    assertThat(conf.get("spark.ui.enabled")).isEqualTo("false");
    assertThat(conf.get("spark.executor.extraClassPath")).isEqualTo("/opt/sparksr/app/*");
  }

  @Test
  void clusterKeepsItsUserInterface() {
    SparkConf conf = embedded(Optional.of("spark://host:7077"), Map.of());
    assertThat(conf.get("spark.master")).isEqualTo("spark://host:7077");
    assertThat(conf.contains("spark.ui.enabled")).isFalse();
  }

  @Test
  void settingsOfTheConfigurationWinOverDefaults() {
    SparkConf conf =
        embedded(
            Optional.empty(),
            Map.of("spark.ui.enabled", "true", "spark.hadoop.fs.s3a.endpoint", "http://a:1"));
    assertThat(conf.get("spark.ui.enabled")).isEqualTo("true");
    assertThat(conf.get("spark.hadoop.fs.s3a.endpoint")).isEqualTo("http://a:1");
  }

  @Test
  void whatSparkSubmitGaveStays() {
    SparkConf submitted =
        new SparkConf(false)
            .set("spark.master", "yarn")
            .set("spark.app.name", "nightly")
            .set("spark.executor.memory", "8g");

    SparkConf conf =
        SparkContexts.configure(
            submitted,
            "train",
            Optional.of("yarn"),
            Map.of("spark.executor.memory", "4g"),
            Optional.empty());

    assertThat(conf.get("spark.master")).isEqualTo("yarn");
    assertThat(conf.get("spark.app.name")).isEqualTo("nightly");
    assertThat(conf.get("spark.executor.memory")).isEqualTo("8g");
    assertThat(conf.contains("spark.executor.extraClassPath")).isFalse();
  }

  @Test
  void nameOfTheMainClassThatSparkSubmitMadeUpIsReplaced() {
    SparkConf submitted =
        new SparkConf(false)
            .set("spark.master", "yarn")
            .set("spark.app.name", Main.class.getName());
    SparkConf conf =
        SparkContexts.configure(submitted, "train", Optional.empty(), Map.of(), Optional.empty());
    assertThat(conf.get("spark.app.name")).isEqualTo("sparksr train");
  }

  @Test
  void twoDifferentMastersAreAMistake() {
    SparkConf submitted = new SparkConf(false).set("spark.master", "yarn");
    assertThatThrownBy(
            () ->
                SparkContexts.configure(
                    submitted, "train", Optional.of("local[2]"), Map.of(), Optional.empty()))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "--master local[2]: spark-submit already chose yarn,"
                + " give --master to spark-submit alone");
  }
}
