package io.sparksr.benchmarks;

import io.sparksr.collective.Communicator;
import io.sparksr.collective.PeerAddress;
import io.sparksr.collective.RingCommunicator;
import io.sparksr.collective.RingIdentity;
import io.sparksr.collective.RingListener;
import io.sparksr.collective.RingSettings;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Several processes of one benchmark on this machine: rank 0 starts the others, and all tell each
 * other where they listen.
 */
final class Ranks implements AutoCloseable {
  /** The first argument of a process that rank 0 has started. */
  static final String PEER = "peer";

  private static final byte[] SECRET = new byte[32];
  private static final int CONNECT_MILLIS = 60_000;

  private final int rank;
  private final int worldSize;
  private final List<Socket> sockets;
  private final List<Process> processes;

  private Ranks(int rank, int worldSize, List<Socket> sockets, List<Process> processes) {
    this.rank = rank;
    this.worldSize = worldSize;
    this.sockets = sockets;
    this.processes = processes;
  }

  /**
   * Rank 0: starts the others with the same class path.
   *
   * @param options of their JVMs
   * @param arguments what they get behind what {@link #join} reads
   */
  static Ranks start(Class<?> main, int worldSize, List<String> options, List<String> arguments)
      throws IOException {
    List<Socket> sockets = new ArrayList<>();
    List<Process> processes = new ArrayList<>();
    try (ServerSocket control = new ServerSocket(0, worldSize, InetAddress.getLoopbackAddress())) {
      for (int peer = 1; peer < worldSize; peer++) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), PEER));
        command.add(Integer.toString(control.getLocalPort()));
        command.add(Integer.toString(peer));
        command.add(Integer.toString(worldSize));
        command.addAll(arguments);
        processes.add(new ProcessBuilder(command).inheritIO().start());
        sockets.add(control.accept());
      }
    }
    return new Ranks(0, worldSize, sockets, processes);
  }

  /** A started process: reads its place from its arguments. */
  static Ranks join(String[] arguments) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
    return new Ranks(
        Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), List.of(socket), List.of());
  }

  /** The arguments behind those that {@link #join} reads. */
  static String[] own(String[] arguments) {
    List<String> rest = List.of(arguments).subList(4, arguments.length);
    return rest.toArray(String[]::new);
  }

  int rank() {
    return rank;
  }

  int worldSize() {
    return worldSize;
  }

  /** What every rank says, by rank. */
  List<String> exchange(String said) throws IOException {
    List<String> all = new ArrayList<>();
    if (rank == 0) {
      all.add(said);
      for (Socket socket : sockets) {
        all.add(new DataInputStream(socket.getInputStream()).readUTF());
      }
      for (Socket socket : sockets) {
        DataOutputStream output = new DataOutputStream(socket.getOutputStream());
        for (String one : all) {
          output.writeUTF(one);
        }
        output.flush();
      }
    } else {
      Socket socket = sockets.get(0);
      new DataOutputStream(socket.getOutputStream()).writeUTF(said);
      DataInputStream input = new DataInputStream(socket.getInputStream());
      for (int i = 0; i < worldSize; i++) {
        all.add(input.readUTF());
      }
    }
    return all;
  }

  /** A ring of all ranks in the clear. */
  Communicator ring(RingSettings settings) throws IOException {
    return ring(settings, RingListener.open("127.0.0.1"));
  }

  /** A ring of all ranks over TLS 1.3. */
  Communicator encryptedRing(RingSettings settings) throws IOException {
    return ring(settings, RingListener.openEncrypted("127.0.0.1", RingIdentity.create()));
  }

  private Communicator ring(RingSettings settings, RingListener listener) throws IOException {
    PeerAddress own = listener.address();
    List<PeerAddress> peers = new ArrayList<>();
    for (String one : exchange(own.port() + " " + own.fingerprint())) {
      String[] parts = one.split(" ", -1);
      peers.add(new PeerAddress(own.host(), Integer.parseInt(parts[0]), parts[1]));
    }
    return RingCommunicator.connect(rank, peers, SECRET, listener, settings);
  }

  /** Settings for a machine that does something else now and then. */
  static RingSettings patient() {
    return RingSettings.of(CONNECT_MILLIS, CONNECT_MILLIS, RingSettings.defaults().chunkBytes());
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    for (Process process : processes) {
      process.onExit().join();
    }
  }
}
