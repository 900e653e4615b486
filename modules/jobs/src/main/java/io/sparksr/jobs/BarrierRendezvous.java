package io.sparksr.jobs;

import io.sparksr.collective.Communicator;
import io.sparksr.collective.PeerAddress;
import io.sparksr.collective.RingCommunicator;
import io.sparksr.collective.RingListener;
import io.sparksr.collective.RingSettings;
import io.sparksr.collective.SoloCommunicator;
import io.sparksr.core.io.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the tasks of a barrier stage meet: each tells all others where it listens, then they form a
 * ring.
 */
final class BarrierRendezvous {
  private static final Logger LOG = LoggerFactory.getLogger(BarrierRendezvous.class);
  private static final int SECRET_BYTES = 32;

  private BarrierRendezvous() {}

  /**
   * Joins the ring of the stage's tasks; a rank is its partition. Call it once a task, when
   * everything else is loaded.
   *
   * <p>The ring's secret is made by rank 0 for this attempt of the stage, each task's certificate
   * by the task. Secret and fingerprints travel through Spark's own rendezvous, which is
   * authenticated and encrypted where Spark's traffic is.
   *
   * @param traffic the same for all tasks
   * @return to be closed by the caller
   */
  static Communicator join(BarrierTaskContext context, RingSettings settings, RingTraffic traffic) {
    if (context.getTaskInfos().length == 1) {
      return new SoloCommunicator();
    }
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    RingListener listener = traffic.listen(host);
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    Greeting greeting = Greeting.of(HexFormat.of().formatHex(secret), listener.address());
    List<Greeting> all;
    try {
      all = Stream.of(context.allGather(JsonCodec.line(greeting))).map(Greeting::parse).toList();
    } catch (RuntimeException e) {
      listener.close();
      throw e;
    }
    List<PeerAddress> peers = all.stream().map(Greeting::address).toList();
    byte[] common = HexFormat.of().parseHex(all.get(0).secret);
    Communicator ring =
        RingCommunicator.connect(context.partitionId(), peers, common, listener, settings);
    LOG.info("rank={} joined {} replicas {}", ring.rank(), ring.worldSize(), traffic);
    return ring;
  }

  /** What a task tells the others. */
  private record Greeting(String secret, String host, int port, String fingerprint) {
    static Greeting of(String secret, PeerAddress address) {
      return new Greeting(secret, address.host(), address.port(), address.fingerprint());
    }

    static Greeting parse(String json) {
      return JsonCodec.parse(json.getBytes(StandardCharsets.UTF_8), Greeting.class, "rendezvous");
    }

    PeerAddress address() {
      return new PeerAddress(host, port, fingerprint);
    }
  }
}
