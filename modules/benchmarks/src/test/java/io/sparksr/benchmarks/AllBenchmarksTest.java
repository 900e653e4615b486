package io.sparksr.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AllBenchmarksTest {
  @TempDir Path folder;

  /** Stands for a benchmark: prints a table, or fails as it is told. */
  static final class Table {
    private Table() {}

    public static void main(String[] args) {
      if (args[0].equals("fail")) {
        throw new IllegalStateException("the disk is full");
      }
      System.out.println("| ratio |\n| --- |\n| " + args[0] + " |");
      System.out.println(Runtime.getRuntime().maxMemory() >> 20);
    }
  }

  private static Benchmark benchmark(String arguments, String... python) {
    return new Benchmark(
        "name",
        "A title",
        Table.class,
        List.of(python),
        new Benchmark.Memory("20m", "20m"),
        arguments,
        "quick");
  }

  private BenchmarkRun run(Benchmark benchmark, boolean quick)
      throws IOException, InterruptedException {
    try (Material material = new Material(null, folder.resolve("s3proxy.jar"))) {
      return BenchmarkRun.of(benchmark, quick, 1, new Python("no-such-python"), material);
    }
  }

  @Test
  void tablesOfABenchmarkThatRanStandUnderItsTitle() throws Exception {
    BenchmarkRun run = run(benchmark("1.25"), false);
    assertThat(run.failed()).isFalse();
    assertThat(run.markdown())
        .matches("\n## A title\n\n`name` took \\d+ s, load before [\\d.]+\\.\n\n(?s).*")
        .contains("| ratio |\n| --- |\n| 1.25 |\n")
        .containsPattern("\n(19|20)\n$");
    assertThat(run(benchmark("1.25"), true).markdown()).contains("| quick |");
  }

  @Test
  void aFailureIsReportedWithItsLastLines() throws Exception {
    BenchmarkRun run = run(benchmark("fail"), false);
    assertThat(run.failed()).isTrue();
    assertThat(run.markdown()).contains("`name` failed: exit code 1.", "the disk is full");
  }

  @Test
  void whatLacksItsPeerOrItsServerIsLeftOutAndDoesNotCountAsFailed() throws Exception {
    BenchmarkRun peer = run(benchmark("1", "torch"), false);
    assertThat(peer.failed()).isFalse();
    assertThat(peer.markdown()).contains("`name` left out: no-such-python has no torch.");
    BenchmarkRun server = run(benchmark("{s3proxy}"), false);
    assertThat(server.failed()).isFalse();
    assertThat(server.outcome()).startsWith("left out: there is no ").contains("s3proxy.jar");
  }

  @Test
  void argumentsNameFoldersThatExist() throws Exception {
    Path images = Files.createDirectory(folder.resolve("photographs"));
    try (Material material = new Material(images, folder)) {
      List<String> words = material.fill("{images} 5 {work}");
      assertThat(words).startsWith(images.toString(), "5").hasSize(3);
      assertThat(Path.of(words.get(2))).isEmptyDirectory();
      assertThat(material.fill("")).isEmpty();
    }
    assertThat(images).exists();
  }

  @Test
  void namesAreUniqueAndUnknownOnesAreRefusedWithTheKnown() {
    assertThat(Benchmark.all().stream().map(Benchmark::name)).doesNotHaveDuplicates();
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new AllBenchmarks()).setErr(new PrintWriter(err, true));
    assertThat(command.execute("metrcs")).isEqualTo(2);
    assertThat(err.toString()).contains("unknown benchmark 'metrcs'; known are kernels, crops");
  }

  @Test
  void everyBenchmarkHasAMain() throws Exception {
    for (Benchmark benchmark : Benchmark.all()) {
      assertThat(benchmark.main().getMethod("main", String[].class)).isNotNull();
    }
  }
}
