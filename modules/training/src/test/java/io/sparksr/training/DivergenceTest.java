package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.collective.SoloCommunicator;
import io.sparksr.core.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DivergenceTest {
  private static final DivergenceSettings DEFAULTS = new DivergenceSettings(100, 0.5, 3);

  @TempDir private Path folder;
  private TrainingFixture fixture;

  @BeforeEach
  void makeShards() throws IOException {
    fixture = new TrainingFixture(folder);
  }

  @Test
  void aLossOutOfAllProportionHasExploded() {
    DivergenceGuard guard = new DivergenceGuard(DEFAULTS, List.of("loss", "content"));
    for (int step = 1; step <= 100; step++) {
      guard.check(step, new double[] {2.5, 900});
    }
    guard.check(101, new double[] {249, 900});
    assertThatThrownBy(() -> guard.check(102, new double[] {1000, 900}))
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith("the loss is 1000.0, far above its average of 4.96")
        .hasMessageEndingWith(", at step 102");
    assertThatThrownBy(() -> guard.check(102, new double[] {1, Double.NaN}))
        .hasMessage("the loss 'content' is NaN at step 102");
  }

  @Test
  void aYoungRunOrOneWithoutAFactorMayHaveAnyNumber() {
    DivergenceGuard young = new DivergenceGuard(DEFAULTS, List.of("loss"));
    young.check(1, new double[] {1e-6});
    young.check(2, new double[] {1e6});
    DivergenceGuard never = new DivergenceGuard(new DivergenceSettings(0, 0.5, 3), List.of("loss"));
    for (int step = 1; step <= 200; step++) {
      never.check(step, new double[] {Math.pow(3, step)});
    }
  }

  @Test
  void aDivergedRunGoesBackWithASmallerLearningRateUntilItFinishes() throws IOException {
    // Without schedule these overflow within a few steps; after two rollbacks they do not.
    TrainingPlan plan =
        fixture.plan(
            "msrresnet",
            "run",
            2,
            40,
            "train.learning-rate=1e12",
            "train.on-divergence=rollback",
            "train.divergence.learning-rate-factor=1e-8",
            "train.log-every=1");
    fixture.train(plan);
    List<MetricsLine> lines = MetricsLog.read(fixture.files, plan.outputUri());
    assertThat(lines).hasSize(40);
    assertThat(lines).allMatch(line -> Math.abs(line.learningRate() / 1e-4 - 1) < 1e-9);
    assertThat(new CheckpointStore(fixture.files, plan.outputUri()).state(40).rollbacks())
        .isEqualTo(2);
  }

  @Test
  void aRunThatWentBackOftenEnoughStops() {
    TrainingPlan plan =
        fixture.plan(
            "msrresnet",
            "run",
            1,
            40,
            "train.learning-rate=1e12",
            "train.on-divergence=rollback",
            "train.divergence.learning-rate-factor=0.9",
            "train.divergence.max-rollbacks=2");
    assertThatThrownBy(() -> fixture.train(plan))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(" after going back 2 times. Go on from its last checkpoint")
        .hasMessageContaining("raise train.divergence.max-rollbacks");
  }

  @Test
  void aRunGoesBackBeyondACheckpointThatOnlyDiverges() throws IOException {
    TrainingPlan good = fixture.plan("msrresnet", "run", 1, 20);
    fixture.train(good);
    CheckpointStore checkpoints = new CheckpointStore(fixture.files, good.outputUri());
    Rollbacks rollbacks =
        new Rollbacks(
            fixture.plan("msrresnet", "run", 1, 20, "train.on-divergence=rollback").train(),
            checkpoints,
            new SoloCommunicator());
    DivergedException diverged = new DivergedException("loss", "NaN", 21);
    rollbacks.beginAt(0, 0);
    rollbacks.after(diverged);
    assertThat(checkpoints.latest()).hasValue(20L);
    rollbacks.beginAt(20, 0);
    rollbacks.after(diverged);
    assertThat(checkpoints.latest()).hasValue(10L);
    assertThat(rollbacks.learningRateFactor()).isEqualTo(0.25);
  }
}
