package io.sparksr.core.io;

/**
 * Composition of URIs as plain text, so that any scheme works and no character of an object's name
 * is reinterpreted.
 */
public final class Uris {
  private Uris() {}

  /** {@code base/child}, with exactly one slash between them. */
  public static String child(String base, String child) {
    return base.endsWith("/") ? base + child : base + "/" + child;
  }

  /** The part after the last slash; a trailing slash is ignored. */
  public static String name(String uri) {
    String trimmed = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }
}
