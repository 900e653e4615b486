package io.sparksr.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyHttpProxyTest {
  private static final String CONTENT = "0123456789".repeat(10_000);

  private HttpServer server;
  private FaultyHttpProxy proxy;
  private final HttpClient client = HttpClient.newBuilder().version(Version.HTTP_1_1).build();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] sent = exchange.getRequestBody().readAllBytes();
          byte[] answer = sent.length > 0 ? sent : CONTENT.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    proxy = FaultyHttpProxy.start(server.getAddress());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.stop(0);
  }

  @Test
  void requestsAndBodiesPassUnchangedAndAreNoted() throws IOException, InterruptedException {
    assertThat(get("/a?b=c").body()).isEqualTo(CONTENT);
    HttpResponse<String> echoed =
        client.send(
            HttpRequest.newBuilder(uri("/put")).PUT(BodyPublishers.ofString(CONTENT)).build(),
            BodyHandlers.ofString());
    assertThat(echoed.body()).isEqualTo(CONTENT);
    assertThat(proxy.requests())
        .containsExactly(
            new ProxiedRequest(0, "GET", "/a?b=c", ""), new ProxiedRequest(1, "PUT", "/put", ""));
  }

  @Test
  void anInjectedStatusAnswersWithoutTheServer() throws IOException, InterruptedException {
    proxy.inject(request -> new Fault.Status(503));
    HttpResponse<String> refused = get("/");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("<Code>SlowDown</Code>");
    proxy.inject(Fault.never());
    assertThat(get("/").statusCode()).isEqualTo(200);
  }

  @Test
  void aDroppedConnectionBreaksTheAnswer() {
    proxy.inject(request -> new Fault.Drop(5_000));
    assertThatThrownBy(() -> get("/")).isInstanceOf(IOException.class);
  }

  @Test
  void aSlowAnswerIsWhole() throws IOException, InterruptedException {
    proxy.inject(request -> new Fault.Slow(10_000, Duration.ofMillis(20)));
    long start = System.nanoTime();
    assertThat(get("/").body()).isEqualTo(CONTENT);
    // At least eleven pieces: the header is one of its own or shares the first.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
  }

  @Test
  void randomFaultsAreTheSameForTheSameSeed() {
    var rule = Fault.random(7, 0.25, List.of(new Fault.Status(500), new Fault.Drop(0)));
    List<Fault> faults =
        IntStream.range(0, 400)
            .mapToObj(number -> rule.apply(new ProxiedRequest(number, "GET", "/", "")))
            .toList();
    assertThat(faults.stream().filter(fault -> !(fault instanceof Fault.None)).count())
        .isBetween(70L, 130L);
    assertThat(faults).contains(new Fault.Status(500), new Fault.Drop(0));
    assertThat(rule.apply(new ProxiedRequest(17, "PUT", "/", ""))).isEqualTo(faults.get(17));
  }

  private HttpResponse<String> get(String target) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri(target)).build(), BodyHandlers.ofString());
  }

  private URI uri(String target) {
    return URI.create("http://127.0.0.1:" + proxy.port() + target);
  }
}
