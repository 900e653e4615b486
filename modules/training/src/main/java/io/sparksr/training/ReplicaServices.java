package io.sparksr.training;

import io.sparksr.collective.Communicator;
import io.sparksr.core.io.FileStore;
import io.sparksr.nn.ComputeDevice;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a replica is given by the program that runs it.
 *
 * @param files where shards, checkpoints and metrics are
 * @param communicator to its peers; closed by the caller
 * @param device where it computes
 * @param listener hears how training goes on
 * @param stopAsked whether this replica should end soon: then all save and end after the same step
 * @param validator scores the network while it is trained; closed by the caller
 */
public record ReplicaServices(
    FileStore files,
    Communicator communicator,
    ComputeDevice device,
    ReplicaLoop.Listener listener,
    BooleanSupplier stopAsked,
    Optional<Validator> validator) {

  /** Services of a replica that nobody stops and that scores nothing. */
  public static ReplicaServices of(
      FileStore files,
      Communicator communicator,
      ComputeDevice device,
      ReplicaLoop.Listener listener) {
    return new ReplicaServices(
        files, communicator, device, listener, () -> false, Optional.empty());
  }
}
