package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings of Spark may be credentials: artefacts and logs name our own sections only. */
class CredentialsIT {
  private static final String SECRET = "hush-hush-d41d8cd9";

  @TempDir private Path root;

  @Test
  void sparksSettingsGetIntoNoArtefactAndNoLog() throws IOException {
    Cli cli =
        Cli.run(
            "quickstart",
            "--dir",
            root.resolve("quick").toString(),
            "-Dspark.hadoop.fs.s3a.access.key=" + SECRET,
            "-Dspark.hadoop.fs.s3a.secret.key=" + SECRET,
            "-Dspark.logConf=true",
            "-Dsynthesize.count=6",
            "-Dsynthesize.width=112",
            "-Dsynthesize.height=104",
            "-Dsynthesize.objects=20",
            "-Dnetwork.channels=4",
            "-Dnetwork.blocks=1",
            "-Dtrain.steps=2",
            "--master",
            "local[2]");
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.out() + cli.err()).doesNotContain(SECRET);
    try (Stream<Path> paths = Files.walk(root)) {
      List<Path> files = paths.filter(Files::isRegularFile).toList();
      assertThat(files).hasSizeGreaterThan(20);
      for (Path file : files) {
        assertThat(Files.readString(file, ISO_8859_1)).as(file.toString()).doesNotContain(SECRET);
      }
    }
    Path log = Path.of(System.getProperty("sparksr.log.file"));
    assertThat(Files.readString(log, ISO_8859_1)).doesNotContain(SECRET);
  }
}
