package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * What a network does to an image in evaluation, as operations on named values: its graph, taken
 * from a forward pass, so that it can't differ from what runs.
 *
 * @param operations in the order they run; the last one gives the network's output
 */
public record NetworkTrace(List<Operation> operations) {
  /** The value that stands for the network's input. */
  public static final String INPUT = "lr";

  private static final int SIDE = 4;

  /**
   * One operation of {@code ops.pt}, or {@code add}.
   *
   * @param name of the operation
   * @param inputs in its order: {@link #INPUT}, outputs of earlier operations, and names of the
   *     network's tensors
   * @param output the name of its result, unlike any tensor's
   */
  public record Operation(String name, List<String> inputs, String output) {}

  /**
   * Traces a network on a small image.
   *
   * @param network with values, in {@link Precision#FP32}
   * @param manager owns the image while the network runs
   * @throws IllegalStateException if the network computes anything outside of its operations
   */
  public static NetworkTrace of(SuperResolutionNetwork network, NDManager manager) {
    IdentityHashMap<NDArray, String> names = new IdentityHashMap<>();
    network
        .getDirectParameters()
        .forEach(parameter -> names.put(parameter.getValue().getArray(), parameter.getKey()));
    List<Operation> operations = new ArrayList<>();
    try (NDManager scope = manager.newSubManager()) {
      NDArray lr = scope.zeros(new Shape(1, 3, SIDE, SIDE));
      names.put(lr, INPUT);
      network.forward(
          lr,
          (operation, inputs, output) -> {
            List<String> from = new ArrayList<>();
            for (NDArray input : inputs) {
              from.add(named(names.get(input), operation));
            }
            String name = "value" + operations.size();
            names.put(output, name);
            operations.add(new Operation(operation, List.copyOf(from), name));
          });
    }
    return new NetworkTrace(List.copyOf(operations));
  }

  private static String named(String name, String operation) {
    if (name == null) {
      throw new IllegalStateException(
          operation + " has an input that comes neither from an operation nor from a tensor");
    }
    return name;
  }
}
