package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RingSettingsTest {

  @Test
  void defaultsAreAMinuteOfSilenceAndHalfAMinuteToConnect() {
    RingSettings settings = RingSettings.defaults();
    assertThat(settings.timeoutMillis()).isEqualTo(60_000);
    assertThat(settings.connectTimeoutMillis()).isEqualTo(30_000);
  }

  @Test
  void valuesOutOfRangeAreRefusedByKey() {
    assertThatThrownBy(() -> RingSettings.of(9, 100, 1024))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeout-millis: must be at least 10, got 9");
    assertThatThrownBy(() -> RingSettings.of(100, 0, 1024))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("connect-timeout-millis: must be at least 10, got 0");
    assertThatThrownBy(() -> RingSettings.of(100, 100, 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("chunk-bytes: must be a multiple of 8 from 64 to 16777216, got 100");
  }

  @Test
  void addressesAreCheckedAndPrintedWithTheirPort() {
    assertThat(new PeerAddress("node-1", 7077)).hasToString("node-1:7077");
    assertThat(new PeerAddress("::1", 7077)).hasToString("[::1]:7077");
    assertThatThrownBy(() -> new PeerAddress(" ", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("host: must not be empty");
    assertThatThrownBy(() -> new PeerAddress("node-1", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port: must be from 1 to 65535, got 0");
  }
}
