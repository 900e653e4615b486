package io.sparksr.training;

import io.sparksr.nn.NamedTensor;
import io.sparksr.training.CheckpointStore.Snapshot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies of a training's values, in direct memory that every snapshot uses again: the one before
 * must have been written.
 */
final class Snapshots {
  private final Map<String, FloatBuffer> memory = new HashMap<>();

  Snapshot take(TrainingStep training, CheckpointState state) {
    return new Snapshot(
        copy("model", training.model()),
        copy("optimizer", training.optimizer()),
        training.description(state.step()),
        state);
  }

  private List<NamedTensor> copy(String part, List<NamedTensor> tensors) {
    return tensors.stream().map(tensor -> copy(part + "/" + tensor.name(), tensor)).toList();
  }

  private NamedTensor copy(String key, NamedTensor tensor) {
    FloatBuffer values = tensor.values().duplicate().rewind();
    FloatBuffer target = memory.computeIfAbsent(key, k -> allocate(values.limit()));
    target.duplicate().put(values);
    return new NamedTensor(tensor.name(), tensor.shape(), target);
  }

  private static FloatBuffer allocate(int floats) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
