package io.sparksr.collective;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rings on loopback. */
final class Rings {
  static final byte[] SECRET = "sixteen bytes or more".getBytes(StandardCharsets.US_ASCII);

  private Rings() {}

  static List<RingListener> listeners(int worldSize) {
    List<RingListener> listeners = new ArrayList<>();
    for (int rank = 0; rank < worldSize; rank++) {
      listeners.add(RingListener.open("127.0.0.1"));
    }
    return listeners;
  }

  static List<PeerAddress> addresses(List<RingListener> listeners) {
    return listeners.stream().map(RingListener::address).toList();
  }

  static List<RingCommunicator> connect(int worldSize, RingSettings settings) {
    return connect(listeners(worldSize), settings);
  }

  static List<RingCommunicator> connect(List<RingListener> listeners, RingSettings settings) {
    List<PeerAddress> peers = addresses(listeners);
    try {
      return Ranks.values(
          listeners.size(),
          rank -> RingCommunicator.connect(rank, peers, SECRET, listeners.get(rank), settings));
    } catch (Exception e) {
      throw new AssertionError("the ring did not come up", e);
    }
  }
}
