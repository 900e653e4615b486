package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.collective.Communicator;
import io.sparksr.collective.InProcessCommunicator;
import io.sparksr.collective.SoloCommunicator;
import io.sparksr.core.io.FileStore;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.NamedTensor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointingTest {
  @TempDir private Path folder;
  private TrainingFixture fixture;

  @BeforeEach
  void makeShards() throws IOException {
    fixture = new TrainingFixture(folder);
  }

  @Test
  void trainingGoesOnWhileACheckpointIsWritten() throws IOException {
    TrainingPlan plan = fixture.plan("msrresnet", "run", 1, 19);
    CountDownLatch trained = new CountDownLatch(1);
    AtomicLong stepAtWrite = new AtomicLong(-1);
    GatedStore slow =
        new GatedStore(
            fixture.files,
            uri -> {
              if (uri.endsWith("step-00000010/model.safetensors")) {
                stepAtWrite.set(await(trained) ? 18 : -1);
              }
            });
    new ReplicaLoop(
            plan,
            slow,
            new SoloCommunicator(),
            ComputeDevice.cpu(),
            (step, loss, rate) -> {
              if (step == 18) {
                trained.countDown();
              }
            })
        .run();
    assertThat(stepAtWrite).hasValue(18);
    // What was written is what the weights were at step 10, not what they had become.
    TrainingPlan ten = fixture.plan("msrresnet", "ten", 1, 10);
    assertThat(bytes(fixture.weights(plan, 10))).isEqualTo(bytes(fixture.train(ten)));
    assertThat(saved("run")).containsExactly(10L, 19L);
  }

  @Test
  void aCheckpointThatCannotBeWrittenEndsTheRunSayingSo() {
    TrainingPlan plan = fixture.plan("msrresnet", "run", 1, 1000);
    AtomicLong last = new AtomicLong();
    GatedStore full =
        new GatedStore(
            fixture.files,
            uri -> {
              if (uri.contains("step-00000020")) {
                throw new IOException("the disk is full");
              }
            });
    assertThatThrownBy(
            () ->
                new ReplicaLoop(
                        plan,
                        full,
                        new SoloCommunicator(),
                        ComputeDevice.cpu(),
                        (step, loss, rate) -> last.set(step))
                    .run())
        .isInstanceOf(IOException.class)
        .hasMessage("what a run leaves could not be written: the disk is full");
    assertThat(last.get()).isBetween(20L, 999L);
  }

  @Test
  void minutesTooMakeACheckpointDueAndOnlyTheNewestStay() throws IOException {
    TrainingPlan plan =
        fixture.plan(
            "msrresnet",
            "run",
            2,
            12,
            "train.checkpoint-every=1000",
            "train.checkpoint-minutes=1e-9",
            "train.keep-checkpoints=4");
    Map<String, NamedTensor> weights = fixture.train(plan);
    assertThat(saved("run")).containsExactly(9L, 10L, 11L, 12L);
    TrainingPlan plain = fixture.plan("msrresnet", "plain", 2, 12);
    assertThat(bytes(weights)).isEqualTo(bytes(fixture.train(plain)));
  }

  @Test
  void leftoversOfACheckpointNeverPushOutCompleteOnes() throws IOException {
    fixture.train(fixture.plan("msrresnet", "run", 1, 10, "train.keep-checkpoints=1"));
    Path cutOff = folder.resolve("run/checkpoints/step-00000013");
    Files.createDirectories(cutOff);
    Files.writeString(cutOff.resolve("model.safetensors"), "half");
    fixture.train(fixture.plan("msrresnet", "run", 1, 12, "train.keep-checkpoints=1"));
    assertThat(saved("run")).containsExactly(12L);
  }

  @Test
  void aReplicaAskedToStopEndsAllAfterTheSameStepWithACheckpoint() throws IOException {
    TrainingPlan plan = fixture.plan("srresnet", "run", 2, 23);
    AtomicInteger asked = new AtomicInteger();
    Ending ending =
        fixture.end(
            plan,
            fixture.files,
            rank -> () -> rank == 1 && asked.incrementAndGet() == 7,
            rank -> Optional.empty());
    assertThat(ending).isEqualTo(new Ending(7, Ending.Reason.STOPPED));
    assertThat(new CheckpointStore(fixture.files, plan.outputUri()).latest()).hasValue(7L);
    assertThat(MetricsLog.read(fixture.files, plan.outputUri()))
        .extracting(MetricsLine::step)
        .containsExactly(5L, 7L);
    Map<String, NamedTensor> straight = fixture.train(fixture.plan("srresnet", "straight", 2, 23));
    assertThat(bytes(fixture.train(plan))).isEqualTo(bytes(straight));
  }

  @Test
  void noReplicaIsGoneBeforeTheCheckpointOfAStopIsComplete() throws Exception {
    TrainingPlan plan = fixture.plan("msrresnet", "run", 2, 50);
    CompletableFuture<Ending> other = new CompletableFuture<>();
    CompletableFuture<Boolean> goneEarly = new CompletableFuture<>();
    GatedStore slow =
        new GatedStore(
            fixture.files,
            uri -> {
              if (uri.endsWith("step-00000007/state.json")) {
                goneEarly.complete(endsWithin(other, 300));
              }
            });
    AtomicInteger asked = new AtomicInteger();
    List<? extends Communicator> group = InProcessCommunicator.group(2, 60_000);
    Thread second =
        new Thread(
            () -> {
              try {
                other.complete(
                    loop(plan, slow, group.get(1), () -> asked.incrementAndGet() == 7).run());
              } catch (IOException | RuntimeException e) {
                other.completeExceptionally(e);
              }
            });
    second.start();
    Ending first = loop(plan, slow, group.get(0), () -> false).run();
    second.join();
    group.forEach(Communicator::close);
    assertThat(goneEarly).isCompletedWithValue(false);
    assertThat(first).isEqualTo(new Ending(7, Ending.Reason.STOPPED)).isEqualTo(other.get());
  }

  private static ReplicaLoop loop(
      TrainingPlan plan, FileStore files, Communicator communicator, BooleanSupplier stop) {
    return new ReplicaLoop(
        plan,
        new ReplicaServices(
            files,
            communicator,
            ComputeDevice.cpu(),
            (step, loss, rate) -> {},
            stop,
            Optional.empty()));
  }

  private static boolean endsWithin(CompletableFuture<?> work, long millis) throws IOException {
    try {
      work.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException(e);
    }
  }

  @Test
  void metricsThatWereCutOffWhileTheyWereWrittenAreWholeAgain() throws IOException {
    TrainingPlan plan = fixture.plan("msrresnet", "run", 1, 20);
    fixture.train(plan);
    Path metrics = Path.of(MetricsLog.uri(plan.outputUri()));
    String whole = Files.readString(metrics);
    for (int length : new int[] {0, 50, whole.indexOf('\n') + 60}) {
      Files.writeString(metrics, whole.substring(0, length));
      assertThat(steps(plan)).containsExactly(5L, 10L, 15L, 20L);
    }
    fixture.train(fixture.plan("msrresnet", "run", 1, 25));
    assertThat(steps(plan)).containsExactly(5L, 10L, 15L, 20L, 25L);
    assertThat(Files.readString(metrics)).startsWith(whole);
    // The copy is the one that is cut off.
    Files.writeString(folder.resolve("run/metrics-copy.jsonl"), whole.substring(0, 70));
    assertThat(steps(plan)).containsExactly(5L, 10L, 15L, 20L, 25L);
  }

  private List<Long> steps(TrainingPlan plan) throws IOException {
    return MetricsLog.read(fixture.files, plan.outputUri()).stream()
        .map(MetricsLine::step)
        .toList();
  }

  @Test
  void timesOfEachReplicaAndOfSavingAreLogged() throws IOException {
    TrainingPlan plan = fixture.plan("msrresnet", "run", 3, 20);
    fixture.train(plan);
    List<MetricsLine> lines = MetricsLog.read(fixture.files, plan.outputUri());
    for (MetricsLine line : lines) {
      assertThat(line.replicas()).hasSize(3);
      assertThat(line.replicas()).allMatch(times -> times.computeMillis() > 0);
      assertThat(line.replicas()).allMatch(times -> times.communicateMillis() > 0);
    }
    // The checkpoint of step 10 was copied after its line.
    assertThat(lines.get(2).saveMillis()).isPositive();
  }

  private List<Long> saved(String run) throws IOException {
    try (Stream<Path> names = Files.list(folder.resolve(run).resolve("checkpoints"))) {
      return names
          .map(p -> Long.valueOf(p.getFileName().toString().substring("step-".length())))
          .sorted()
          .toList();
    }
  }

  private static boolean await(CountDownLatch latch) throws IOException {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static Map<String, FloatBuffer> bytes(Map<String, NamedTensor> weights) {
    Map<String, FloatBuffer> values = new TreeMap<>();
    weights.forEach((name, tensor) -> values.put(name, tensor.values()));
    return values;
  }
}
