package io.sparksr.collective;

import java.security.Security;
import java.util.ArrayList;
import java.util.List;

/** Certificates, made once, with keys that TLS renews far more often than by default. */
final class Identities {
  private static final List<RingIdentity> MADE = new ArrayList<>();

  static {
    // Read when TLS is first used. The default, 2^37 bytes, takes a night of training to reach.
    Security.setProperty("jdk.tls.keyLimits", "AES/GCM/NoPadding KeyUpdate 2^18");
  }

  private Identities() {}

  /** One of several. */
  static synchronized RingIdentity of(int number) {
    while (MADE.size() <= number) {
      MADE.add(RingIdentity.create());
    }
    return MADE.get(number);
  }

  /** Listeners of a ring that encrypts; neighbours differ unless the number is odd. */
  static List<RingListener> listeners(int worldSize) {
    List<RingListener> listeners = new ArrayList<>();
    for (int rank = 0; rank < worldSize; rank++) {
      listeners.add(RingListener.openEncrypted("127.0.0.1", of(rank % 2)));
    }
    return listeners;
  }
}
