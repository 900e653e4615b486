package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdversarialLossesTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void vanillaIsBinaryCrossEntropyOnLogits() {
    AdversarialLoss loss = AdversarialLosses.create("vanilla", manager);
    assertThat(loss.generatorNeedsHr()).isFalse();
    assertThat(loss.generator(logits(1, -3), logits(1, -3)).getFloat())
        .isCloseTo((float) ((nll(1) + nll(-3)) / 2), within(1e-6f));
    assertThat(loss.discriminator(logits(2, 0), logits(1, -3)).getFloat())
        .isCloseTo((float) ((nll(2) + nll(0)) / 2 + (nll(-1) + nll(3)) / 2), within(1e-6f));
    assertThat(loss.scores(logits(2, 0), logits(1, -3)).toFloatArray())
        .containsExactly(
            new float[] {
              (float) ((sigmoid(2) + sigmoid(0)) / 2), (float) ((sigmoid(1) + sigmoid(-3)) / 2)
            },
            within(1e-6f));
  }

  @Test
  void leastSquaresIsHalfTheSquaredDistanceToTheLabels() {
    AdversarialLoss loss = AdversarialLosses.create("least-squares", manager);
    assertThat(loss.generatorNeedsHr()).isFalse();
    assertThat(loss.generator(logits(1, -3), logits(1, -3)).getFloat()).isEqualTo(4f);
    assertThat(loss.discriminator(logits(2, 0), logits(1, -3)).getFloat()).isEqualTo(3f);
    assertThat(loss.scores(logits(2, 0), logits(1, -3)).toFloatArray()).containsExactly(1f, -1f);
  }

  @Test
  void relativisticComparesEachSrWithItsHr() {
    AdversarialLoss loss = AdversarialLosses.create("relativistic", manager);
    assertThat(loss.generatorNeedsHr()).isTrue();
    assertThat(loss.generator(logits(1, -3), logits(2, 0)).getFloat())
        .isCloseTo((float) ((nll(-1) + nll(-3)) / 2), within(1e-6f));
    assertThat(loss.discriminator(logits(2, 0), logits(1, -3)).getFloat())
        .isCloseTo((float) ((nll(1) + nll(3)) / 2), within(1e-6f));
    float real = (float) ((sigmoid(1) + sigmoid(3)) / 2);
    assertThat(loss.scores(logits(2, 0), logits(1, -3)).toFloatArray())
        .containsExactly(new float[] {real, 1 - real}, within(1e-6f));
  }

  @Test
  void unknownNamesAreRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> AdversarialLosses.checkName("hinge"))
        .hasMessage(
            "adversarial-loss: unknown loss 'hinge'; known are least-squares, relativistic, vanilla");
  }

  private NDArray logits(float first, float second) {
    return manager.create(new float[] {first, second}, new Shape(2, 1));
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  private static double nll(double logit) {
    return -Math.log(sigmoid(logit));
  }
}
