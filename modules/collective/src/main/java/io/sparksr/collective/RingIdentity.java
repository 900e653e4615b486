package io.sparksr.collective;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * A key and a self-signed certificate made for one run. Others know the certificate by its
 * fingerprint alone; names and dates in it mean nothing.
 */
public final class RingIdentity {
  private static final String ALIAS = "ring";
  private static final String PASSWORD_VARIABLE = "SPARKSR_RING_PASSWORD";
  private static final int PASSWORD_BYTES = 32;
  private static final int LIMIT_SECONDS = 60;

  private final KeyManager[] keys;
  private final String fingerprint;

  private RingIdentity(KeyManager[] keys, String fingerprint) {
    this.keys = keys;
    this.fingerprint = fingerprint;
  }

  /**
   * Makes a new one with the JDK's {@code keytool}; takes about a second.
   *
   * @throws CommunicationException if this Java has no {@code keytool}, or it fails
   */
  public static RingIdentity create() {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    try {
      Path folder = Files.createTempDirectory("sparksr-ring"); // for this user only
      Path store = folder.resolve("ring.p12");
      try {
        generate(store, password);
        return load(store, password.toCharArray());
      } finally {
        Files.deleteIfExists(store);
        Files.delete(folder);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new CommunicationException("cannot make a certificate for the run: " + e, e);
    }
  }

  private static void generate(Path store, String password) throws IOException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                keytool.toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=sparksr",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass:env",
                PASSWORD_VARIABLE));
    builder.environment().put(PASSWORD_VARIABLE, password); // arguments are for all to see
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(keytool + " failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + keytool + " ran", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static RingIdentity load(Path store, char[] password)
      throws IOException, GeneralSecurityException {
    KeyStore keyStore = KeyStore.getInstance("PKCS12");
    try (InputStream stream = Files.newInputStream(store)) {
      keyStore.load(stream, password);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keyStore, password);
    return new RingIdentity(factory.getKeyManagers(), fingerprint(keyStore.getCertificate(ALIAS)));
  }

  /** SHA-256 of the certificate, in hexadecimal. */
  public String fingerprint() {
    return fingerprint;
  }

  KeyManager[] keys() {
    return keys.clone();
  }

  static String fingerprint(Certificate certificate) throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    return HexFormat.of().formatHex(digest);
  }
}
