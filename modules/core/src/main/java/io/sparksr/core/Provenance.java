package io.sparksr.core;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where an artefact comes from: what its manifest says so that it can be made again.
 *
 * @param version of SparkSR
 * @param command the command that made it, for instance {@code "evaluate"}
 * @param createdAt when, ISO-8601 in UTC, for instance {@code "2026-01-31T12:00:00Z"}
 * @param sources URI of each artefact it was made from, with the SHA-256 of that one's manifest;
 *     iterates by URI
 * @param configuration the resolved configuration as concise HOCON
 */
public record Provenance(
    String version,
    String command,
    String createdAt,
    Map<String, String> sources,
    String configuration) {

  /**
   * Checks what a reader relies on.
   *
   * @throws IllegalArgumentException if a component is missing or {@code createdAt} is no instant
   */
  public Provenance {
    require("version", version);
    require("command", command);
    require("createdAt", createdAt);
    require("sources", sources);
    require("configuration", configuration);
    try {
      Instant.parse(createdAt);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "createdAt: must be an ISO-8601 instant, got '" + createdAt + "'", e);
    }
    sources = Collections.unmodifiableMap(new TreeMap<>(sources));
  }

  private static void require(String name, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + ": missing");
    }
  }
}
