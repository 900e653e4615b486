package io.sparksr.training;

/** Whether what replicas exchange is encrypted. */
public enum EncryptChoice {
  /** Always. */
  ON,
  /** Never. */
  OFF,
  /** Where Spark's own traffic is. */
  AUTO
}
