package io.sparksr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpscaleCommandTest {

  @Test
  void watchKeepsWhatIsThere() {
    Cli cli = upscale("--watch", "--overwrite");
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err().strip())
        .isEqualTo("error: --watch: keeps what is there, so it does not go with --overwrite");
  }

  @Test
  void aDryRunDoesNotWatch() {
    Cli cli = upscale("--watch", "--dry-run");
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains("--dry-run, --watch are mutually exclusive");
  }

  @Test
  void formatsAndQualitiesAreChecked() {
    Cli format = upscale("-Dupscale.format=gif");
    assertThat(format.code()).isEqualTo(2);
    assertThat(format.err())
        .contains("upscale.format: must be one of png, jpeg, webp, got \"gif\"");
    Cli quality = upscale("-Dupscale.quality=101");
    assertThat(quality.code()).isEqualTo(2);
    assertThat(quality.err()).contains("upscale.quality: must be from 1 to 100, got 101");
  }

  private static Cli upscale(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("upscale", "--model", "m", "--input", "i", "--output", "o"));
    arguments.addAll(List.of(options));
    return Cli.run(arguments.toArray(String[]::new));
  }
}
