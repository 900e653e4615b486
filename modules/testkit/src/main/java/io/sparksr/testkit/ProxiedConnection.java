package io.sparksr.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** One client's connection: requests one after the other, answers as they come. */
final class ProxiedConnection {
  private static final int BUFFER_BYTES = 1 << 14;
  private static final int MOST_HEADER_BYTES = 1 << 16;

  private final Socket client;
  private final Socket server;
  private final Decision decision;

  /** The fault of the request being answered, and how much of its answer came through. */
  private volatile Fault fault = new Fault.None();

  private final AtomicInteger passed = new AtomicInteger();

  /** Notes a request and says what happens to it. */
  interface Decision {
    Fault on(String method, String target, String range);
  }

  ProxiedConnection(Socket client, Socket server, Decision decision) {
    this.client = client;
    this.server = server;
    this.decision = decision;
  }

  /** Runs until the client closes the connection or a fault ends it. */
  void pumpRequests() throws IOException {
    InputStream in = new BufferedInputStream(client.getInputStream(), BUFFER_BYTES);
    OutputStream out = server.getOutputStream();
    while (true) {
      byte[] header = header(in);
      if (header.length == 0) {
        return;
      }
      String text = new String(header, ISO_8859_1);
      String[] first = text.substring(0, text.indexOf('\r')).split(" ", 3);
      Fault next = decision.on(first[0], first[1], field(text, "range"));
      String length = field(text, "content-length");
      long body = length.isEmpty() ? 0 : Long.parseLong(length);
      if (next instanceof Fault.Status status) {
        if (field(text, "expect").isEmpty()) {
          copy(in, OutputStream.nullOutputStream(), body);
        }
        answer(status.code(), first[0].equals("HEAD"));
        return;
      }
      passed.set(0);
      fault = next;
      out.write(header);
      out.flush();
      copy(in, out, body);
    }
  }

  /** Runs until either side closes its connection. */
  void pumpAnswers() {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      while (true) {
        int most = fault instanceof Fault.Slow slow ? slow.pieceBytes() : buffer.length;
        int n = in.read(buffer, 0, Math.min(most, buffer.length));
        if (n < 0) {
          break;
        }
        if (fault instanceof Fault.Slow slow) {
          Thread.sleep(slow.pause().toMillis());
        }
        if (fault instanceof Fault.Drop drop && passed.get() + n > drop.afterBytes()) {
          out.write(buffer, 0, Math.max(0, drop.afterBytes() - passed.get()));
          break;
        }
        passed.addAndGet(n);
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // One of the two went away.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(client);
      close(server);
    }
  }

  private void answer(int code, boolean withoutBody) throws IOException {
    String name = code == 503 ? "SlowDown" : "InternalError";
    String body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>"
            + name
            + "</Code><Message>injected</Message></Error>";
    String header =
        "HTTP/1.1 %d %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(code, name, body.length());
    OutputStream out = client.getOutputStream();
    out.write((withoutBody ? header : header + body).getBytes(ISO_8859_1));
    out.flush();
    client.shutdownOutput();
  }

  /** Up to and with the empty line; no bytes at the end of the stream. */
  private static byte[] header(InputStream in) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int value = in.read();
      if (value < 0) {
        return new byte[0];
      }
      header.write(value);
      boolean matches = value == (matched % 2 == 0 ? '\r' : '\n');
      matched = matches ? matched + 1 : value == '\r' ? 1 : 0;
      if (header.size() > MOST_HEADER_BYTES) {
        throw new IOException("a request header of more than " + MOST_HEADER_BYTES + " bytes");
      }
    }
    return header.toByteArray();
  }

  private static String field(String header, String name) {
    return header
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static void copy(InputStream in, OutputStream out, long count) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long rest = count;
    while (rest > 0) {
      int n = in.read(buffer, 0, (int) Math.min(rest, buffer.length));
      if (n < 0) {
        throw new EOFException(rest + " bytes of a request's body are missing");
      }
      out.write(buffer, 0, n);
      out.flush();
      rest -= n;
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It counts as closed.
    }
  }
}
