package io.sparksr.collective;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures an all-reduce of a ring of two processes on loopback beside the bare exchange of the
 * same number of bytes over two plain sockets (by two blocking threads on each side, and by one
 * that never blocks), alternating, in the same two processes. Arguments: rounds, then chunk sizes
 * in KiB.
 */
final class AllReduceBenchmark {
  private static final int[] FLOATS = {1_549_462, 23_565_505};
  private static final int RAW_BYTES = 128 << 10;
  private static final byte[] SECRET = new byte[32];

  private final RingCommunicator ring;
  private final SocketChannel in;
  private final SocketChannel out;
  private final ByteBuffer sendBuffer = ByteBuffer.allocateDirect(RAW_BYTES);
  private final ByteBuffer receiveBuffer = ByteBuffer.allocateDirect(RAW_BYTES);
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "writer");
            thread.setDaemon(true);
            return thread;
          });

  private AllReduceBenchmark(RingCommunicator ring, SocketChannel in, SocketChannel out) {
    this.ring = ring;
    this.in = in;
    this.out = out;
  }

  /** Starts the other rank as a process of its own and prints the medians. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("peer")) {
      peer(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), arguments);
      return;
    }
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    int[] chunks = arguments.length > 1 ? chunks(arguments, 1) : new int[] {128};
    try (ServerSocket control = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  ProcessHandle.current().info().command().orElse("java"),
                  "-XX:MaxDirectMemorySize=1g",
                  "-cp",
                  System.getProperty("java.class.path"),
                  AllReduceBenchmark.class.getName(),
                  "peer",
                  Integer.toString(control.getLocalPort()),
                  Integer.toString(rounds)));
      for (int chunk : chunks) {
        command.add(Integer.toString(chunk));
      }
      Process process = new ProcessBuilder(command).inheritIO().start();
      try (Socket socket = control.accept()) {
        measureAll(0, socket, rounds, chunks);
      }
      process.waitFor();
    }
  }

  private static void peer(int controlPort, int rounds, String[] arguments) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), controlPort)) {
      measureAll(1, socket, rounds, chunks(arguments, 3));
    }
  }

  private static int[] chunks(String[] arguments, int from) {
    return Arrays.stream(arguments, from, arguments.length).mapToInt(Integer::parseInt).toArray();
  }

  private static void measureAll(int rank, Socket control, int rounds, int[] chunks)
      throws Exception {
    for (int chunk : chunks) {
      RingSettings settings = RingSettings.of(60_000, 30_000, chunk << 10);
      RingListener listener = RingListener.open("127.0.0.1");
      try (ServerSocketChannel server = ServerSocketChannel.open()) {
        server.setOption(StandardSocketOptions.SO_RCVBUF, RingSockets.BUFFER_BYTES);
        server.bind(null);
        int[] remote = swap(control, listener.address().port(), server.socket().getLocalPort());
        PeerAddress other = new PeerAddress("127.0.0.1", remote[0]);
        List<PeerAddress> peers =
            rank == 0 ? List.of(listener.address(), other) : List.of(other, listener.address());
        try (RingCommunicator ring =
                RingCommunicator.connect(rank, peers, SECRET, listener, settings);
            SocketChannel out = dial(remote[1]);
            SocketChannel in = server.accept()) {
          AllReduceBenchmark benchmark = new AllReduceBenchmark(ring, in, out);
          for (int floats : FLOATS) {
            benchmark.measure(floats, Math.max(5, floats > 5_000_000 ? rounds / 8 : rounds), chunk);
          }
        }
      }
    }
  }

  private static int[] swap(Socket control, int first, int second) throws IOException {
    DataOutputStream output = new DataOutputStream(control.getOutputStream());
    output.writeInt(first);
    output.writeInt(second);
    output.flush();
    DataInputStream input = new DataInputStream(control.getInputStream());
    return new int[] {input.readInt(), input.readInt()};
  }

  private static SocketChannel dial(int port) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, RingSockets.BUFFER_BYTES);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return channel;
  }

  private void measure(int floats, int rounds, int chunk) throws Exception {
    FloatBuffer values =
        ByteBuffer.allocateDirect(Float.BYTES * floats)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    long bytes = (long) Float.BYTES * floats;
    double[] ringMillis = new double[rounds];
    double[] threadsMillis = new double[rounds];
    double[] selectorMillis = new double[rounds];
    for (int round = -rounds / 4; round < rounds; round++) {
      double sum = timed(() -> ring.allReduceSum(values));
      double threads = timed(() -> exchangeWithTwoThreads(bytes));
      double selector = timed(() -> exchangeWithOneThread(bytes));
      if (round >= 0) {
        ringMillis[round] = sum;
        threadsMillis[round] = threads;
        selectorMillis[round] = selector;
      }
    }
    if (ring.rank() == 0) {
      double raw = Math.min(median(threadsMillis), median(selectorMillis));
      System.out.printf(
          Locale.ROOT,
          "%,11d floats, chunk %4d KiB, %d rounds, medians: ring %.2f ms, raw exchange %.2f ms (two"
              + " threads), %.2f ms (one thread), ring / faster raw = %.2f%n",
          floats,
          chunk,
          rounds,
          median(ringMillis),
          median(threadsMillis),
          median(selectorMillis),
          median(ringMillis) / raw);
    }
  }

  private interface Exchange {
    void run() throws Exception;
  }

  private double timed(Exchange exchange) throws Exception {
    ring.barrier();
    long start = System.nanoTime();
    exchange.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private void exchangeWithTwoThreads(long bytes) throws Exception {
    in.configureBlocking(true);
    out.configureBlocking(true);
    Future<?> written =
        writer.submit(
            () -> {
              for (long left = bytes; left > 0; ) {
                left -= send(left);
              }
              return null;
            });
    for (long left = bytes; left > 0; ) {
      left -= receive(left);
    }
    written.get();
  }

  private void exchangeWithOneThread(long bytes) throws Exception {
    in.configureBlocking(false);
    out.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      SelectionKey inKey = in.register(selector, SelectionKey.OP_READ);
      SelectionKey outKey = out.register(selector, SelectionKey.OP_WRITE);
      long toSend = bytes;
      long toReceive = bytes;
      while (toSend > 0 || toReceive > 0) {
        int sent = toSend > 0 ? send(toSend) : 0;
        int received = toReceive > 0 ? receive(toReceive) : 0;
        toSend -= sent;
        toReceive -= received;
        if (sent == 0 && received == 0) {
          inKey.interestOps(toReceive > 0 ? SelectionKey.OP_READ : 0);
          outKey.interestOps(toSend > 0 ? SelectionKey.OP_WRITE : 0);
          selector.select();
          selector.selectedKeys().clear();
        }
      }
    }
  }

  private int send(long left) throws IOException {
    return out.write(sendBuffer.clear().limit((int) Math.min(left, sendBuffer.capacity())));
  }

  private int receive(long left) throws IOException {
    int count =
        in.read(receiveBuffer.clear().limit((int) Math.min(left, receiveBuffer.capacity())));
    if (count < 0) {
      throw new IOException("the other side has gone");
    }
    return count;
  }
}
