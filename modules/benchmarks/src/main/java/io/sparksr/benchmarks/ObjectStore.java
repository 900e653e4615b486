package io.sparksr.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** S3Proxy in a JVM of its own, objects in memory, open to everybody on this machine. */
final class ObjectStore implements AutoCloseable {
  private static final String BUCKET = "benchmark";
  private static final int TRIES = 600;

  private final Process process;
  private final String endpoint;

  private ObjectStore(Process process, String endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  static ObjectStore start(Path jar, Path work) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String endpoint = "http://127.0.0.1:" + port;
    Path settings = work.resolve("s3proxy.properties");
    Files.writeString(
        settings,
        String.join(
            "\n",
            "s3proxy.endpoint=" + endpoint,
            "s3proxy.authorization=none",
            "jclouds.provider=transient",
            "jclouds.identity=none",
            "jclouds.credential=none"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-DLOG_LEVEL=warn",
                "-jar",
                jar.toString(),
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("s3proxy.log").toFile())
            .start();
    ObjectStore store = new ObjectStore(process, endpoint);
    store.awaitPort(port);
    HttpRequest create =
        HttpRequest.newBuilder(URI.create(endpoint + "/" + BUCKET))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    HttpClient.newHttpClient().send(create, BodyHandlers.discarding());
    return store;
  }

  private void awaitPort(int port) throws IOException, InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        if (!process.isAlive() || i == TRIES - 1) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  String uri() {
    return "s3a://" + BUCKET;
  }

  /** What Hadoop is told. */
  Map<String, String> settings() {
    return Map.of(
        "fs.s3a.endpoint", endpoint,
        "fs.s3a.endpoint.region", "us-east-1",
        "fs.s3a.path.style.access", "true",
        "fs.s3a.connection.ssl.enabled", "false",
        "fs.s3a.access.key", "anybody",
        "fs.s3a.secret.key", "anything",
        "fs.s3a.fast.upload.buffer", "bytebuffer");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
