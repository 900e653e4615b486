package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.Score;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NamedTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidationTest {
  @TempDir private Path folder;
  private TrainingFixture fixture;
  private final List<String> scored = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void makeShards() throws IOException {
    fixture = new TrainingFixture(folder);
  }

  @Test
  void imagesAreDealtToTheReplicasAndScoresAveragedBySet() throws IOException {
    TrainingPlan plan = plan("run", 2, 8, 0);
    train(plan, 0);
    // Five images on two ranks, after steps 4 and 8.
    assertThat(scored)
        .containsExactlyInAnyOrder(
            "4 a0", "4 a1", "4 b0", "4 b1", "4 b2", "8 a0", "8 a1", "8 b0", "8 b1", "8 b2");
    List<MetricsLine> lines = MetricsLog.read(fixture.files, plan.outputUri());
    assertThat(lines).extracting(MetricsLine::step).containsExactly(4L, 5L, 8L);
    assertThat(lines.get(0).validation()).containsOnlyKeys("a", "b");
    // Images score 20 + step + their place: 0 and 1, then 2, 3 and 4.
    assertThat(lines.get(0).validation().get("a").psnr()).isCloseTo(24.5, within(1e-12));
    assertThat(lines.get(0).validation().get("b").psnr()).isCloseTo(27.0, within(1e-12));
    assertThat(lines.get(0).validation().get("b").ssim()).isCloseTo(0.5, within(1e-12));
    assertThat(lines.get(1).validation()).isEmpty();
    assertThat(lines.get(2).validation().get("a").psnr()).isCloseTo(28.5, within(1e-12));
  }

  @Test
  void theBestNetworkIsSavedWhenItIsFoundAndStays() throws IOException {
    TrainingPlan plan = plan("run", 1, 40, 0);
    // Better up to step 16, then worse again.
    train(plan, 16);
    CheckpointStore checkpoints = new CheckpointStore(fixture.files, plan.outputUri());
    assertThat(saved(plan)).containsExactly(16L, 20L, 30L, 40L);
    CheckpointState best = checkpoints.best().orElseThrow();
    assertThat(best.step()).isEqualTo(16);
    assertThat(best.psnr()).hasValue(36.5);
    assertThat(checkpoints.state(40).best()).isEqualTo(new CheckpointState.Best(16, 36.5));
    assertThat(checkpoints.state(40).psnr()).hasValue(36.5 - 24);
    assertThat(checkpoints.state(30).psnr()).isEmpty();
  }

  @Test
  void aResumedRunKnowsItsBestAndItsBytesDoNotDependOnValidation() throws IOException {
    Map<String, NamedTensor> plain = fixture.train(fixture.plan("msrresnet", "plain", 1, 30));
    train(plan("run", 1, 12, 0), 4);
    TrainingPlan whole = plan("run", 1, 30, 0);
    train(whole, 4);
    CheckpointStore checkpoints = new CheckpointStore(fixture.files, whole.outputUri());
    assertThat(checkpoints.best().orElseThrow().step()).isEqualTo(4);
    plain.forEach(
        (name, tensor) -> {
          try {
            assertThat(fixture.weights(whole, 30).get(name).values()).isEqualTo(tensor.values());
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void theFirstImagesAreShown() throws IOException {
    TrainingPlan plan = plan("run", 2, 4, 3);
    train(plan, 0);
    byte[] events = Files.readAllBytes(events(plan).get(0));
    String text = new String(events, StandardCharsets.ISO_8859_1);
    assertThat(text).contains("validation/a/a0", "validation/a/a1", "validation/b/b0");
    assertThat(text).doesNotContain("validation/b/b1").contains("\u0089PNG");
  }

  private static List<Path> events(TrainingPlan plan) throws IOException {
    try (Stream<Path> names = Files.list(Path.of(plan.outputUri(), "tensorboard"))) {
      return names.sorted().toList();
    }
  }

  private List<Long> saved(TrainingPlan plan) throws IOException {
    try (Stream<Path> names = Files.list(Path.of(plan.outputUri(), "checkpoints"))) {
      return names
          .map(p -> Long.valueOf(p.getFileName().toString().substring("step-".length())))
          .sorted()
          .toList();
    }
  }

  private TrainingPlan plan(String run, int replicas, long steps, int pictures) {
    return fixture.plan(
        "msrresnet",
        run,
        replicas,
        steps,
        "train.validation.every=4",
        "train.validation.pictures=" + pictures);
  }

  private void train(TrainingPlan plan, long peak) throws IOException {
    fixture.end(plan, fixture.files, rank -> () -> false, rank -> Optional.of(new Rising(peak)));
  }

  /** Scores that rise with the steps, up to a peak. */
  private final class Rising implements Validator {
    private static final List<Image> IMAGES =
        List.of(
            new Image("a", "a0"),
            new Image("a", "a1"),
            new Image("b", "b0"),
            new Image("b", "b1"),
            new Image("b", "b2"));
    private final long peak;
    private long step;

    Rising(long peak) {
      this.peak = peak;
    }

    @Override
    public List<Image> images() {
      return IMAGES;
    }

    @Override
    public void load(ModelDescription description, List<NamedTensor> model) {
      assertThat(model).extracting(NamedTensor::name).contains("conv_first.weight");
      step = description.step();
    }

    @Override
    public Result score(int image) {
      scored.add(step + " " + IMAGES.get(image).name());
      double height = peak == 0 || step <= peak ? step : 2 * peak - step;
      return new Result(
          new RgbImage(2, 1, new byte[] {1, 2, 3, 4, 5, 6}),
          new Score(20 + height + image, image == 2 ? 0.9 : 0.3));
    }

    @Override
    public void close() {}
  }
}
