package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The assembled folder and the fat jar, as they are started by users. */
class PackagingIT {
  private static final Path HOME = Path.of("target", "sparksr").toAbsolutePath();
  private static final Path FAT_JAR = Path.of("target", "sparksr.jar").toAbsolutePath();

  @TempDir Path folder;

  private record Result(int code, List<String> out, List<String> err) {}

  private Result java(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.add("-Dlog4j2.configurationFile=log4j2-sparksr.properties");
    command.add("-Dsparksr.log.file=" + folder.resolve("log"));
    command.add("-Dsparksr.home=" + HOME);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("SPARK_HOME", HOME.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return new Result(
        process.exitValue(), Files.readAllLines(out, UTF_8), Files.readAllLines(err, UTF_8));
  }

  private Result sparksr(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "-cp",
                HOME + "/app/*" + File.pathSeparator + HOME + "/jars/*",
                Main.class.getName()));
    command.addAll(List.of(arguments));
    return java(command.toArray(String[]::new));
  }

  private void writeImages(int count) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(120, 100 + i, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
    }
    Files.writeString(images.resolve("notes.txt"), "no image");
  }

  @Test
  void executorsInTheirOwnProcessesRunOurCode() throws Exception {
    writeImages(3);

    Result result =
        sparksr(
            "index",
            "--master",
            "local-cluster[2,1,512]",
            "-Dspark.executor.memory=512m",
            "--input",
            "images",
            "--output",
            "index");

    assertThat(result.out())
        .containsSubsequence("usable images               3", "rejected: not-an-image      1");
    assertThat(result.code()).isZero();
    assertThat(folder.resolve("index/index.json")).exists();
    assertThat(result.err()).allMatch(line -> line.matches("(list|index): .*"));
  }

  @Test
  void mistakeInTheInputEndsWith3AndOneLine() throws Exception {
    Result result = sparksr("index", "--input", "nowhere", "--output", "index");
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).singleElement().asString().startsWith("error: ").contains("nowhere");
  }

  @Test
  void mistakeInTheConfigurationEndsWith2AndOneLine() throws Exception {
    Result result =
        sparksr("index", "--input", "a", "--output", "b", "--min-size", "0", "-Dindex.max=1");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .containsExactlyInAnyOrder(
            "error: -D index.max: unknown key, did you mean max-pixels?",
            "error: -D index.min-size: must be at least 1, got 0");
  }

  @BeforeEach
  void theFolderIsBuilt() {
    assertThat(HOME.resolve("RELEASE")).exists();
  }

  @Test
  void fatJarHoldsOurLibrariesWithoutSpark() throws IOException {
    assumeTrue(Files.exists(FAT_JAR), "skipped: built with -DskipFatJar");
    try (ZipFile jar = new ZipFile(FAT_JAR.toFile())) {
      List<String> names = jar.stream().map(ZipEntry::getName).toList();
      assertThat(names)
          .contains(
              "io/sparksr/cli/Main.class",
              "reference.conf",
              "ai/djl/engine/Engine.class",
              "io/sparksr/shaded/gson/Gson.class",
              "io/sparksr/shaded/protobuf/Message.class",
              "ai/onnx/proto/OnnxMl.class",
              "org/apache/hadoop/fs/s3a/S3AFileSystem.class",
              "com/amazonaws/services/s3/AmazonS3.class",
              "pytorch/cpu/linux-x86_64/libtorch_cpu.so",
              "nu/pattern/opencv/linux/x86_64/libopencv_java490.so")
          .noneMatch(name -> name.startsWith("org/apache/spark/"))
          .noneMatch(name -> name.startsWith("org/apache/hadoop/conf/"))
          .noneMatch(name -> name.startsWith("com/amazonaws/thirdparty/"))
          .noneMatch(name -> name.startsWith("org/apache/commons/logging/"))
          .noneMatch(name -> name.startsWith("org/slf4j/"))
          .noneMatch(name -> name.startsWith("com/google/gson/"))
          .noneMatch(name -> name.matches("com/google/protobuf/.*\\.class"))
          .noneMatch(name -> name.matches("META-INF/[^/]+\\.(SF|DSA|RSA)"));
      ZipEntry readers = jar.getEntry("META-INF/services/javax.imageio.spi.ImageReaderSpi");
      String services = new String(jar.getInputStream(readers).readAllBytes(), UTF_8);
      assertThat(services).contains("JPEGImageReaderSpi", "TIFFImageReaderSpi");
    }
  }

  @Test
  void fatJarAloneKnowsItsVersionAndAsksForSpark() throws Exception {
    assumeTrue(Files.exists(FAT_JAR), "skipped: built with -DskipFatJar");
    assertThat(java("-jar", FAT_JAR.toString(), "--version").out())
        .first()
        .asString()
        .startsWith("SparkSR ");
    Result result = java("-jar", FAT_JAR.toString(), "config", "show");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .containsExactly(
            "error: Spark is not on the class path: start with ./sparksr or with spark-submit"
                + " (see 'sparksr --help')");
  }
}
