package io.sparksr.jobs;

import io.sparksr.collective.Communicator;
import io.sparksr.collective.PeerAddress;
import io.sparksr.collective.RingCommunicator;
import io.sparksr.collective.RingListener;
import io.sparksr.collective.RingSettings;
import io.sparksr.collective.SoloCommunicator;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;

/**
 * How the tasks of a barrier stage meet: each tells all others where it listens, then they form a
 * ring.
 */
final class BarrierRendezvous {
  private static final int SECRET_BYTES = 32;
  private static final String SEPARATOR = " ";

  private BarrierRendezvous() {}

  /**
   * Joins the ring of the stage's tasks; a rank is its partition. Call it once a task, when
   * everything else is loaded.
   *
   * <p>The ring's secret is made by rank 0 for this attempt of the stage and travels through
   * Spark's own rendezvous, which is authenticated and encrypted where Spark's traffic is.
   *
   * @return to be closed by the caller
   */
  static Communicator join(BarrierTaskContext context, RingSettings settings) {
    if (context.getTaskInfos().length == 1) {
      return new SoloCommunicator();
    }
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    RingListener listener = RingListener.open(host);
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    String[] all;
    try {
      all =
          context.allGather(
              String.join(
                  SEPARATOR,
                  HexFormat.of().formatHex(secret),
                  Integer.toString(listener.address().port()),
                  listener.address().host()));
    } catch (RuntimeException e) {
      listener.close();
      throw e;
    }
    List<PeerAddress> peers = Stream.of(all).map(BarrierRendezvous::address).toList();
    byte[] common = HexFormat.of().parseHex(all[0].split(SEPARATOR)[0]);
    return RingCommunicator.connect(context.partitionId(), peers, common, listener, settings);
  }

  private static PeerAddress address(String message) {
    String[] parts = message.split(SEPARATOR);
    return new PeerAddress(parts[2], Integer.parseInt(parts[1]));
  }
}
