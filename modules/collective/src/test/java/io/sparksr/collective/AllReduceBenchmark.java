package io.sparksr.collective;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures an all-reduce of a ring of two processes on loopback beside the bare exchange of the
 * same number of bytes over two plain sockets (each side writes one while a second thread reads the
 * other), alternating, in the same two processes. Arguments: rounds, then chunk sizes in KiB.
 */
final class AllReduceBenchmark {
  private static final int[] FLOATS = {1_549_462, 23_565_505};
  private static final byte[] SECRET = new byte[32];

  private final RingCommunicator ring;
  private final SocketChannel in;
  private final SocketChannel out;
  private final ByteBuffer sendBuffer = ByteBuffer.allocateDirect(256 << 10);
  private final ByteBuffer receiveBuffer = ByteBuffer.allocateDirect(256 << 10);

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
    int[] chunks = arguments.length > 1 ? chunks(arguments, 1) : new int[] {256};
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
      RingSettings settings = new RingSettings(60_000, 30_000, chunk << 10);
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
    channel.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return channel;
  }

  private void measure(int floats, int rounds, int chunk) throws Exception {
    FloatBuffer values =
        ByteBuffer.allocateDirect(Float.BYTES * floats)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    double[] ringMillis = new double[rounds];
    double[] rawMillis = new double[rounds];
    for (int round = -rounds / 4; round < rounds; round++) {
      ring.barrier();
      long start = System.nanoTime();
      ring.allReduceSum(values);
      long middle = System.nanoTime();
      ring.barrier();
      long startRaw = System.nanoTime();
      exchange((long) Float.BYTES * floats);
      long end = System.nanoTime();
      if (round >= 0) {
        ringMillis[round] = (middle - start) / 1e6;
        rawMillis[round] = (end - startRaw) / 1e6;
      }
    }
    if (ring.rank() == 0) {
      Arrays.sort(ringMillis);
      Arrays.sort(rawMillis);
      double ringMedian = ringMillis[rounds / 2];
      double rawMedian = rawMillis[rounds / 2];
      System.out.printf(
          Locale.ROOT,
          "%,11d floats, chunk %4d KiB, %d rounds: ring %.2f ms (best %.2f), raw %.2f ms (best"
              + " %.2f), ratio %.2f%n",
          floats,
          chunk,
          rounds,
          ringMedian,
          ringMillis[0],
          rawMedian,
          rawMillis[0],
          ringMedian / rawMedian);
    }
  }

  private void exchange(long bytes) throws Exception {
    Thread writer =
        new Thread(
            () -> {
              try {
                for (long left = bytes; left > 0; ) {
                  sendBuffer.clear().limit((int) Math.min(left, sendBuffer.capacity()));
                  left -= out.write(sendBuffer);
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();
    for (long left = bytes; left > 0; ) {
      receiveBuffer.clear().limit((int) Math.min(left, receiveBuffer.capacity()));
      int count = in.read(receiveBuffer);
      if (count < 0) {
        throw new IOException("the other side has gone");
      }
      left -= count;
    }
    writer.join();
  }
}
