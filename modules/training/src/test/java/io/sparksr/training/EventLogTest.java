package io.sparksr.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.evaluation.Score;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
  private static final RgbImage IMAGE = new RgbImage(2, 1, new byte[] {1, 2, 3, 4, 5, 6});

  @TempDir private Path run;

  @Test
  void eventsHoldTheFieldsOfTensorBoardsProtocol() throws IOException {
    EventLog log = EventLog.resume(new LocalFileStore(), run.toString(), 0);
    log.add(line(300), List.of(picture()));
    log.seal();
    log.seal();
    log.add(line(400), List.of());
    log.write();
    List<Path> files = files();
    assertThat(files)
        .extracting(p -> p.getFileName().toString())
        .containsExactly(
            "events.out.tfevents.0000000000.sparksr", "events.out.tfevents.0000000001.sparksr");
    List<UnknownFieldSet> events = records(files.get(0));
    assertThat(events).hasSize(3);
    assertThat(text(events.get(0), 3)).isEqualTo("brain.Event:2");
    assertThat(events.get(1).getField(2).getVarintList()).containsExactly(1L);
    assertThat(message(events.get(1), 7).getField(1).getVarintList()).containsExactly(1L);
    UnknownFieldSet event = events.get(2);
    assertThat(event.getField(2).getVarintList()).containsExactly(300L);
    double wallTime = Double.longBitsToDouble(event.getField(1).getFixed64List().get(0));
    assertThat(wallTime * 1000).isBetween(1.7e12, 1e13);
    List<UnknownFieldSet> values = new ArrayList<>();
    for (ByteString value : message(event, 5).getField(1).getLengthDelimitedList()) {
      values.add(UnknownFieldSet.parseFrom(value));
    }
    assertThat(text(values.get(0), 1)).isEqualTo("train/loss");
    assertThat(Float.intBitsToFloat(values.get(0).getField(2).getFixed32List().get(0)))
        .isEqualTo(0.25f);
    UnknownFieldSet image = message(values.get(values.size() - 1), 4);
    assertThat(image.getField(1).getVarintList()).containsExactly(1L);
    assertThat(image.getField(2).getVarintList()).containsExactly(2L);
    assertThat(image.getField(3).getVarintList()).containsExactly(3L);
    assertThat(image.getField(4).getLengthDelimitedList().get(0).toByteArray())
        .isEqualTo(ImageEncoder.png(IMAGE));
    assertThat(records(files.get(1)).get(1).getField(2).getVarintList()).containsExactly(400L);
  }

  @Test
  void aFileGrowsUntilItIsSealedOrLarge() throws IOException {
    EventLog log = EventLog.resume(new LocalFileStore(), run.toString(), 0);
    log.add(line(100), List.of());
    log.write();
    byte[] before = Files.readAllBytes(files().get(0));
    log.add(line(200), List.of());
    log.write();
    assertThat(files()).hasSize(1);
    assertThat(Files.readAllBytes(files().get(0)))
        .startsWith(before)
        .hasSizeGreaterThan(before.length);
    log.seal();
    before = Files.readAllBytes(files().get(0));
    log.add(line(300), List.of());
    log.write();
    log.add(line(400), List.of(new EventLog.Picture("large", 1, 1, new byte[1 << 20])));
    log.write();
    log.add(line(500), List.of());
    log.write();
    assertThat(files()).hasSize(3);
    assertThat(Files.readAllBytes(files().get(0))).isEqualTo(before);
    List<Long> steps = new ArrayList<>();
    for (Path file : files()) {
      records(file).forEach(event -> steps.addAll(event.getField(2).getVarintList()));
    }
    // Each file begins with its version at step 0, the first one goes on with the start at step 1.
    assertThat(steps).containsExactly(0L, 1L, 100L, 200L, 0L, 300L, 400L, 0L, 500L);
  }

  @Test
  void tensorBoardFollowsARunThatIsResumed() throws Exception {
    assumeTrue(
        python("import tensorboard").waitFor() == 0,
        "skipped: python3 has no tensorboard to compare with");
    Process reader =
        python(
            """
            import sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0})
            for _ in sys.stdin:
                events.Reload()
                print([e.step for e in events.Scalars("train/loss")], flush=True)
            print(sorted(events.Tags()["scalars"]))
            for tag in ["train/loss", "validation/Set5/psnr", "speed/compute-millis/rank-1"]:
                print(tag, [(e.step, e.value) for e in events.Scalars(tag)])
            for tag in events.Tags()["images"]:
                print(tag, [(e.step, e.width, e.height, e.encoded_image_string[1:4].decode())
                            for e in events.Images(tag)])
            """);
    BufferedReader shown = reader.inputReader(UTF_8);
    EventLog first = EventLog.resume(new LocalFileStore(), run.toString(), 0);
    first.add(line(100), List.of());
    first.write();
    assertThat(reload(reader, shown)).isEqualTo("[100]");
    first.add(line(200), List.of(picture()));
    first.seal();
    first.add(line(300), List.of());
    first.write();
    assertThat(reload(reader, shown)).isEqualTo("[100, 200, 300]");
    first.add(line(400), List.of());
    first.write();
    assertThat(reload(reader, shown)).isEqualTo("[100, 200, 300, 400]");
    // Killed while it wrote the file once more; the newest checkpoint is that of step 200.
    Files.write(files().get(1), Arrays.copyOf(Files.readAllBytes(files().get(1)), 99));
    EventLog second = EventLog.resume(new LocalFileStore(), run.toString(), 200);
    second.add(line(300), List.of());
    second.write();
    assertThat(reload(reader, shown)).isEqualTo("[100, 200, 300]");
    second.add(line(350), List.of());
    second.write();
    assertThat(reload(reader, shown)).isEqualTo("[100, 200, 300, 350]");

    reader.outputWriter().close();
    List<String> output = shown.lines().toList();
    assertThat(reader.waitFor()).as(output.toString()).isZero();
    assertThat(output)
        .contains(
            "train/loss [(100, 0.25), (200, 0.25), (300, 0.25), (350, 0.25)]",
            "validation/Set5/psnr [(100, 30.5), (200, 30.5), (300, 30.5), (350, 30.5)]",
            "speed/compute-millis/rank-1 [(100, 5.0), (200, 5.0), (300, 5.0), (350, 5.0)]",
            "validation/Set5/baby.png [(200, 2, 1, 'PNG')]");
    assertThat(output.get(0))
        .contains("'speed/images-per-second'", "'train/learning-rate'", "'validation/Set5/ssim'");
  }

  /** The steps that TensorBoard knows now. */
  private static String reload(Process reader, BufferedReader shown) throws IOException {
    Writer orders = reader.outputWriter();
    orders.write("reload\n");
    orders.flush();
    return shown.readLine();
  }

  private static MetricsLine line(long step) {
    return new MetricsLine(
        step,
        1.5,
        Map.of("loss", 0.25),
        1e-4,
        20,
        0.5,
        List.of(new ReplicaTimes(1, 2, 3), new ReplicaTimes(4, 5, 6)),
        Map.of("Set5", new Score(30.5, 0.875)));
  }

  private static EventLog.Picture picture() {
    return new EventLog.Picture("validation/Set5/baby.png", 2, 1, ImageEncoder.png(IMAGE));
  }

  private Process python(String program) throws IOException {
    return new ProcessBuilder(
            "/usr/bin/env",
            "python3",
            "-W",
            "ignore",
            "-c",
            program,
            run.resolve("tensorboard").toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> names = Files.list(run.resolve("tensorboard"))) {
      return names.sorted().toList();
    }
  }

  /** Checks framing and checksums of a TFRecord file. */
  private static List<UnknownFieldSet> records(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<UnknownFieldSet> records = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int start = bytes.position();
      byte[] data = new byte[Math.toIntExact(bytes.getLong())];
      assertThat(unmasked(bytes.getInt()))
          .isEqualTo(crc(ByteBuffer.wrap(bytes.array(), start, Long.BYTES)));
      bytes.get(data);
      assertThat(unmasked(bytes.getInt())).isEqualTo(crc(ByteBuffer.wrap(data)));
      records.add(UnknownFieldSet.parseFrom(data));
    }
    return records;
  }

  /** The reverse of LevelDB's mask. */
  private static long unmasked(int masked) {
    int rotated = masked - 0xa282ead8;
    return ((rotated >>> 17) | (rotated << 15)) & 0xffffffffL;
  }

  private static long crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }

  private static String text(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().get(0).toStringUtf8();
  }

  private static UnknownFieldSet message(UnknownFieldSet parent, int field) throws IOException {
    return UnknownFieldSet.parseFrom(parent.getField(field).getLengthDelimitedList().get(0));
  }
}
