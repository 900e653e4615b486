package io.sparksr.jobs;

import io.sparksr.collective.RingIdentity;
import io.sparksr.collective.RingListener;
import io.sparksr.training.EncryptChoice;
import java.util.List;
import org.apache.spark.SparkConf;

/** How replicas talk to each other. */
enum RingTraffic {
  PLAIN("without encryption"),
  ENCRYPTED("over TLS 1.3");

  /**
   * What makes Spark encrypt traffic: its RPC and shuffle in the two ways of Spark 3, its web
   * servers, its RPC in Spark 4. Not {@code spark.io.encryption.enabled}, which is about local
   * disks.
   */
  private static final List<String> SPARK_KEYS =
      List.of(
          "spark.network.crypto.enabled",
          "spark.authenticate.enableSaslEncryption",
          "spark.ssl.enabled",
          "spark.ssl.rpc.enabled");

  private final String phrase;

  RingTraffic(String phrase) {
    this.phrase = phrase;
  }

  /** What a choice means on a cluster with this configuration. */
  static RingTraffic of(EncryptChoice choice, SparkConf conf) {
    return switch (choice) {
      case ON -> ENCRYPTED;
      case OFF -> PLAIN;
      case AUTO ->
          SPARK_KEYS.stream().anyMatch(key -> conf.getBoolean(key, false)) ? ENCRYPTED : PLAIN;
    };
  }

  /** An open port; a certificate is made for it if need be. */
  RingListener listen(String host) {
    return this == ENCRYPTED
        ? RingListener.openEncrypted(host, RingIdentity.create())
        : RingListener.open(host);
  }

  @Override
  public String toString() {
    return phrase;
  }
}
