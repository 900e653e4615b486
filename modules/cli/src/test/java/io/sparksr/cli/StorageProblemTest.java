package io.sparksr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.s3a.UnknownStoreException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class StorageProblemTest {
  @Command(name = "work")
  private record Failing(Exception failure) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      throw failure;
    }
  }

  @Test
  void refusalsAreLinesWithExitCodeThree() {
    Cli cli = run(new AccessDeniedException("s3a://b/a", null, "403 Forbidden"));
    assertThat(cli.code()).isEqualTo(3);
    assertThat(cli.err().strip())
        .isEqualTo(
            "error: the storage refused: s3a://b/a: 403 Forbidden. Check the URI, the storage's"
                + " settings (spark.hadoop.*) and the credentials");
    assertThat(run(new AccessControlException("Permission denied: user=x")).err())
        .contains("Permission denied: user=x");
  }

  @Test
  void aBucketThatIsMissingIsFoundBehindTheFailureOfATask() {
    Exception task =
        new IllegalStateException(
            "stage 1 failed", new UnknownStoreException("s3a://b/a", "no such bucket"));
    assertThat(run(task).err())
        .startsWith("error: the storage refused: ")
        .contains("no such bucket");
  }

  @Test
  void otherFailuresStayBugs() {
    for (Exception e : new Exception[] {new IOException("x"), new FileNotFoundException("y")}) {
      Cli cli = run(e);
      assertThat(cli.code()).isEqualTo(1);
      assertThat(cli.err()).contains("this is a bug in SparkSR");
    }
  }

  private static Cli run(Exception failure) {
    ErrorReporter reporter = new ErrorReporter();
    return Cli.run(
        new CommandLine(new Failing(failure)).setExecutionExceptionHandler(reporter),
        new String[0]);
  }
}
