package io.sparksr.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Stands between HTTP/1.1 clients and a server on this machine, notes every request, and injects
 * faults. Requests pass unchanged, so signatures of S3 clients that were given the proxy's address
 * as their endpoint stay valid. Bodies must have a {@code Content-Length}.
 */
public final class FaultyHttpProxy implements AutoCloseable {
  private final InetSocketAddress server;
  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultyHttpProxy::daemon);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<ProxiedRequest> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong numbers = new AtomicLong();
  private volatile Function<ProxiedRequest, Fault> faults = Fault.never();

  private FaultyHttpProxy(InetSocketAddress server) throws IOException {
    this.server = server;
    this.socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /**
   * Starts a proxy on a free port of the loopback address; the caller closes it.
   *
   * @param server the real one; need not be up yet
   */
  public static FaultyHttpProxy start(InetSocketAddress server) {
    try {
      return new FaultyHttpProxy(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public int port() {
    return socket.getLocalPort();
  }

  /** Decides on every request from now on; called by several threads. */
  public void inject(Function<ProxiedRequest, Fault> rule) {
    faults = rule;
  }

  /** All requests since the start or {@link #forget()}, faulty ones too. */
  public List<ProxiedRequest> requests() {
    return List.copyOf(requests);
  }

  /** Empties the list of requests; numbers go on. */
  public void forget() {
    requests.clear();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket connection : open) {
      connection.close();
    }
    threads.shutdownNow();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        // Closed, or a client that went away at once.
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client;
        Socket upstream = new Socket(server.getAddress(), server.getPort())) {
      open.add(upstream);
      try {
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        ProxiedConnection connection = new ProxiedConnection(client, upstream, this::decide);
        threads.execute(connection::pumpAnswers);
        connection.pumpRequests();
      } finally {
        open.remove(upstream);
      }
    } catch (IOException e) {
      // A broken connection is what clients are tested with.
    } finally {
      open.remove(client);
    }
  }

  private Fault decide(String method, String target, String range) {
    ProxiedRequest request = new ProxiedRequest(numbers.getAndIncrement(), method, target, range);
    requests.add(request);
    return faults.apply(request);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "faulty-http-proxy");
    thread.setDaemon(true);
    return thread;
  }
}
