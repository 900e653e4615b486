package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proofs that a peer knows the run's secret: HMAC-SHA256 over who proves to whom, the run and both
 * sides' fresh nonces. The two directions have different labels, so that no proof can be sent back
 * to its maker; the run is identified by all addresses in the order of the ranks and the chunk
 * size.
 */
final class RingProof {
  /** Bytes of a nonce and of a proof. */
  static final int BYTES = 32;

  /** The shortest secret, 128 bits. */
  static final int LEAST_SECRET_BYTES = 16;

  private static final String MAC = "HmacSHA256";

  private final SecretKeySpec key;
  private final byte[] run;

  RingProof(byte[] secret, RingMembership ring) {
    if (secret.length < LEAST_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "secret: must have at least " + LEAST_SECRET_BYTES + " bytes, got " + secret.length);
    }
    this.key = new SecretKeySpec(secret, MAC);
    this.run = runId(ring);
  }

  /** What the rank that connects sends. */
  byte[] ofInitiator(int initiator, int acceptor, byte[] acceptorNonce, byte[] initiatorNonce) {
    return proof("initiator", initiator, acceptor, acceptorNonce, initiatorNonce);
  }

  /** What the rank that listens answers. */
  byte[] ofAcceptor(int initiator, int acceptor, byte[] acceptorNonce, byte[] initiatorNonce) {
    return proof("acceptor", initiator, acceptor, acceptorNonce, initiatorNonce);
  }

  /** Compares in constant time. */
  static boolean equal(byte[] expected, byte[] given) {
    return MessageDigest.isEqual(expected, given);
  }

  private byte[] proof(
      String role, int initiator, int acceptor, byte[] acceptorNonce, byte[] initiatorNonce) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      mac.update(("sparksr ring 1 " + role + "\0").getBytes(StandardCharsets.US_ASCII));
      mac.update(run);
      mac.update(ByteBuffer.allocate(8).putInt(initiator).putInt(acceptor).array());
      mac.update(acceptorNonce);
      mac.update(initiatorNonce);
      return mac.doFinal();
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JRE has " + MAC, e);
    }
  }

  private static byte[] runId(RingMembership ring) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(
          ByteBuffer.allocate(8)
              .putInt(ring.worldSize())
              .putInt(ring.settings().chunkBytes())
              .array());
      for (PeerAddress peer : ring.peers()) {
        digest.update((peer + "\0" + peer.fingerprint() + "\0").getBytes(StandardCharsets.UTF_8));
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }
}
