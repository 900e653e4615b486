package io.sparksr.collective;

import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;

/** Makes a rank's two connections what the run asks for: bare or TLS 1.3 with pinned peers. */
final class RingSecurity {
  private static final String[] PROTOCOLS = {"TLSv1.3"};
  private static final String[] SUITES = {"TLS_AES_128_GCM_SHA256"};

  private final Optional<RingIdentity> identity;
  private final RingMembership ring;

  /**
   * Checks that all ranks do the same.
   *
   * @throws IllegalArgumentException if only some of the ranks have certificates
   */
  RingSecurity(RingMembership ring, Optional<RingIdentity> identity) {
    this.ring = ring;
    this.identity = identity;
    for (PeerAddress peer : ring.peers()) {
      if (peer.fingerprint().isEmpty() == identity.isPresent()) {
        throw new IllegalArgumentException(
            "peers: either all ranks encrypt or none, but " + peer + " differs from this rank");
      }
    }
  }

  /** A connection this rank has opened. */
  RingChannel toNext(SocketChannel socket) {
    return identity.isPresent()
        ? new TlsChannel(socket, engine(ring.next(), true))
        : RingChannel.plain(socket);
  }

  /** A connection this rank has accepted. */
  RingChannel fromPrevious(SocketChannel socket) {
    return identity.isPresent()
        ? new TlsChannel(socket, engine(ring.previous(), false))
        : RingChannel.plain(socket);
  }

  private SSLEngine engine(int peer, boolean client) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      TrustManager trust = new PinnedTrust(ring.peers().get(peer).fingerprint());
      context.init(identity.orElseThrow().keys(), new TrustManager[] {trust}, null);
      SSLEngine engine = context.createSSLEngine();
      engine.setUseClientMode(client);
      engine.setNeedClientAuth(!client);
      engine.setEnabledProtocols(PROTOCOLS);
      engine.setEnabledCipherSuites(SUITES);
      return engine;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JRE has TLS 1.3", e);
    }
  }
}
