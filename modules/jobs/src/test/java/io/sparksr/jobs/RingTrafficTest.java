package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.training.EncryptChoice;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingTrafficTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.network.crypto.enabled",
        "spark.authenticate.enableSaslEncryption",
        "spark.ssl.enabled",
        "spark.ssl.rpc.enabled"
      })
  void autoFollowsSpark(String key) {
    SparkConf on = new SparkConf(false).set(key, "true");
    SparkConf off = new SparkConf(false).set(key, "false");
    assertThat(RingTraffic.of(EncryptChoice.AUTO, on)).isEqualTo(RingTraffic.ENCRYPTED);
    assertThat(RingTraffic.of(EncryptChoice.AUTO, off)).isEqualTo(RingTraffic.PLAIN);
    assertThat(RingTraffic.of(EncryptChoice.OFF, on)).isEqualTo(RingTraffic.PLAIN);
  }

  @Test
  void anOrdinarySparkDoesNotEncryptUnlessAsked() {
    SparkConf plain = new SparkConf(false).set("spark.io.encryption.enabled", "true");
    assertThat(RingTraffic.of(EncryptChoice.AUTO, plain)).isEqualTo(RingTraffic.PLAIN);
    assertThat(RingTraffic.of(EncryptChoice.ON, plain)).isEqualTo(RingTraffic.ENCRYPTED);
  }
}
