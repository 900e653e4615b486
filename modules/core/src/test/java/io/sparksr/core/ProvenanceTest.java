package io.sparksr.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.io.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
  private static final String TIME = "2026-01-31T12:00:00Z";

  @Test
  void survivesJsonWithItsSourcesInOrder() {
    Provenance provenance =
        new Provenance(
            "0.1.0", "train", TIME, Map.of("s3a://b/z", "22", "file:///a", "11"), "train{}");
    String json = JsonCodec.line(provenance);
    assertThat(json)
        .isEqualTo(
            "{\"version\":\"0.1.0\",\"command\":\"train\",\"createdAt\":\"2026-01-31T12:00:00Z\","
                + "\"sources\":{\"file:///a\":\"11\",\"s3a://b/z\":\"22\"},"
                + "\"configuration\":\"train{}\"}");
    assertThat(JsonCodec.parse(json.getBytes(StandardCharsets.UTF_8), Provenance.class, "here"))
        .isEqualTo(provenance);
  }

  @Test
  void timesThatAreNoInstantsAreRefused() {
    assertThatThrownBy(() -> new Provenance("0.1.0", "train", "yesterday", Map.of(), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("createdAt: must be an ISO-8601 instant, got 'yesterday'");
  }

  @Test
  void missingComponentsAreNamed() {
    byte[] json = "{\"version\":\"1\",\"command\":\"x\"}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> JsonCodec.parse(json, Provenance.class, "s3a://b/index.json"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("s3a://b/index.json: not a valid Provenance document")
        .hasMessageContaining("createdAt: missing");
  }
}
