package io.sparksr.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;

/**
 * Random numbers that depend on what is drawn, never on who draws it: every generator is seeded by
 * (run seed, purpose, ids), so the result is the same on any number of threads, partitions or
 * replicas, and after any restart.
 */
public final class Seeds {
  private Seeds() {}

  /**
   * A generator for one purpose and item.
   *
   * @param runSeed the seed in the configuration
   * @param purpose what is drawn, for instance {@code "crop"}; separates streams with equal ids
   * @param ids what it is drawn for, for instance image and epoch
   */
  public static SplittableRandom random(long runSeed, String purpose, long... ids) {
    return new SplittableRandom(hash(runSeed, purpose, ids));
  }

  /** A well-mixed 64-bit hash of the seed, the purpose and the ids. */
  public static long hash(long runSeed, String purpose, long... ids) {
    long hash = mix(runSeed ^ 0x9E3779B97F4A7C15L);
    hash = mix(hash ^ hash(purpose));
    for (long id : ids) {
      hash = mix((hash + 0x9E3779B97F4A7C15L) ^ mix(id));
    }
    return hash;
  }

  /** The first eight bytes of the SHA-256 of the text's UTF-8 bytes, big endian. */
  public static long hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      long value = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        value = (value << 8) | (digest[i] & 0xFF);
      }
      return value;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }

  /**
   * The finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
   * generators").
   */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
