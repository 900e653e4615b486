package io.sparksr.collective;

/**
 * Where a rank listens.
 *
 * @param host name or IP address by which the other ranks reach it
 * @param port in [1, 65535]
 * @param fingerprint of its certificate ({@link RingIdentity#fingerprint}); empty if it does not
 *     encrypt
 */
public record PeerAddress(String host, int port, String fingerprint) {

  /** One that does not encrypt. */
  public PeerAddress(String host, int port) {
    this(host, port, "");
  }

  /** Checks both. */
  public PeerAddress {
    if (host == null || host.isBlank()) {
      throw new IllegalArgumentException("host: must not be empty");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port: must be from 1 to 65535, got " + port);
    }
  }

  /** {@code host:port}. */
  @Override
  public String toString() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
