package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.amazonaws.ClientConfiguration;
import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.AmazonS3ClientBuilder;
import com.amazonaws.services.s3.model.S3ObjectSummary;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * An S3 server in a JVM of its own that keeps objects in memory and checks signatures, with one
 * bucket. Hadoop caches its clients by the bucket's name, so each server has another.
 */
final class S3Server implements AutoCloseable {
  private static final Path JAR = Path.of("target", "s3-server", "s3proxy.jar");
  private static final String REGION = "us-east-1";

  private final String accessKey = "access-" + UUID.randomUUID();
  private final String secretKey = "secret-" + UUID.randomUUID();
  private final String endpoint;
  private final String bucket;
  private final Path folder;
  private final Process process;
  private final AmazonS3 client;

  private S3Server(Path folder) throws IOException {
    this.folder = folder;
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    endpoint = "http://127.0.0.1:" + port;
    bucket = "bucket-" + port;
    process = startProcess();
    client =
        AmazonS3ClientBuilder.standard()
            .withEndpointConfiguration(new EndpointConfiguration(endpoint, REGION))
            .withCredentials(
                new AWSStaticCredentialsProvider(new BasicAWSCredentials(accessKey, secretKey)))
            .withPathStyleAccessEnabled(true)
            .withClientConfiguration(new ClientConfiguration().withMaxErrorRetry(0))
            .build();
    try {
      awaitConnection(port);
      client.createBucket(bucket);
    } catch (RuntimeException | AssertionError e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a server with an empty bucket; the caller closes it.
   *
   * @param folder for its settings and log
   */
  static S3Server start(Path folder) throws IOException {
    return new S3Server(folder);
  }

  private Process startProcess() throws IOException {
    assertThat(JAR).as("made by the build in the phase pre-integration-test").exists();
    Path settings = folder.resolve("s3proxy.properties");
    Files.writeString(
        settings,
        String.join(
            "\n",
            "s3proxy.endpoint=" + endpoint,
            "s3proxy.authorization=aws-v2-or-v4",
            "s3proxy.identity=" + accessKey,
            "s3proxy.credential=" + secretKey,
            "jclouds.provider=transient",
            "jclouds.identity=none",
            "jclouds.credential=none"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-DLOG_LEVEL=warn",
            "-jar",
            JAR.toString(),
            "--properties",
            settings.toString())
        .redirectErrorStream(true)
        .redirectOutput(log().toFile())
        .start();
  }

  private void awaitConnection(int port) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              assertThat(process.isAlive()).as(() -> read(log())).isTrue();
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
              } catch (IOException e) {
                return false;
              }
            });
  }

  /** Where it listens. */
  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), URI.create(endpoint).getPort());
  }

  /** What Hadoop is told; Spark takes the same after {@code spark.hadoop.}. */
  Map<String, String> settings() {
    return settings(address().getPort());
  }

  /**
   * The same for clients that come through a proxy.
   *
   * @param port where that listens
   */
  Map<String, String> settings(int port) {
    return Map.of(
        "fs.s3a.endpoint",
        "http://127.0.0.1:" + port,
        "fs.s3a.endpoint.region",
        REGION,
        "fs.s3a.path.style.access",
        "true",
        "fs.s3a.access.key",
        accessKey,
        "fs.s3a.secret.key",
        secretKey,
        "fs.s3a.attempts.maximum",
        "2",
        "fs.s3a.retry.limit",
        "2",
        "fs.s3a.multipart.size",
        "5M",
        "hadoop.tmp.dir",
        folder.resolve("hadoop").toString());
  }

  /** The credentials, which nobody else may see. */
  List<String> secrets() {
    return List.of(accessKey, secretKey);
  }

  /** The bucket's URI, without a slash at its end. */
  String uri() {
    return "s3a://" + bucket;
  }

  void createBucket() {
    client.createBucket(bucket);
  }

  void deleteBucket() {
    client.deleteBucket(bucket);
  }

  void put(String key, String content) {
    client.putObject(bucket, key, content);
  }

  void delete(String key) {
    client.deleteObject(bucket, key);
  }

  /** All objects as the server knows them; folder markers, which end with a slash, too. */
  List<String> keys() {
    return objects().stream().map(S3ObjectSummary::getKey).toList();
  }

  /** When each object was written, and its hash: another value for one that was written anew. */
  Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    objects().forEach(o -> versions.put(o.getKey(), o.getLastModified() + " " + o.getETag()));
    return versions;
  }

  byte[] bytes(String key) throws IOException {
    try (InputStream in = client.getObject(bucket, key).getObjectContent()) {
      return in.readAllBytes();
    }
  }

  private List<S3ObjectSummary> objects() {
    List<S3ObjectSummary> objects = new ArrayList<>();
    var page = client.listObjectsV2(bucket);
    objects.addAll(page.getObjectSummaries());
    assertThat(page.isTruncated()).isFalse();
    return objects;
  }

  private Path log() {
    return folder.resolve("s3proxy.log");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    client.shutdown();
    process.destroyForcibly().onExit().join();
  }
}
