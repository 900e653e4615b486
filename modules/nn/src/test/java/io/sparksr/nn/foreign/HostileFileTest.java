package io.sparksr.nn.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import io.sparksr.core.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds, there is one clear error, soon, in little memory, and nothing runs. */
class HostileFileTest {
  private static final List<String> SAMPLES =
      List.of(
          "float_zip.pt",
          "float_legacy.pth",
          "srresnet_zip.pth.tar",
          "srresnet_legacy.pth.tar",
          "float.safetensors",
          "compressed_fortran.npz");

  private static final String STORAGE =
      "((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0000X\3\0\0\0cpuJ\4\0\0\0tQ";
  private static final String REBUILD = "ctorch._utils\n_rebuild_tensor_v2\n";
  private static final long MAX_ALLOCATED = 64L << 20;
  private static final long MAX_NANOS = 5_000_000_000L;

  @Test
  void ninetyTruncatedFilesAreRefused() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 90; i++) {
      byte[] whole = WeightFileTest.bytes(SAMPLES.get(i % SAMPLES.size()));
      byte[] cut = Arrays.copyOf(whole, random.nextInt(whole.length));
      assertThat(failure(cut)).as("file %d", i).isInstanceOf(UserException.class);
    }
  }

  @Test
  void ninetyFilesWithFlippedBitsAreReadOrRefused() throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 90; i++) {
      byte[] flipped = WeightFileTest.bytes(SAMPLES.get(i % SAMPLES.size())).clone();
      for (int k = 0; k < 8; k++) {
        // Where the structure is rather than the values: at the beginning or the end.
        int place = random.nextInt(Math.min(2000, flipped.length));
        int index = random.nextBoolean() ? place : flipped.length - 1 - place;
        flipped[index] ^= (byte) (1 << random.nextInt(8));
      }
      Throwable failure = failure(flipped);
      assertThat(failure == null || failure instanceof UserException)
          .as("file %d: %s", i, failure)
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "os\nsystem",
        "posix\nsystem",
        "nt\nsystem",
        "builtins\neval",
        "builtins\nexec",
        "__builtin__\neval",
        "subprocess\nPopen",
        "torch\nload",
        "torch.hub\nload",
        "runpy\n_run_code",
        "builtins\ngetattr",
        "java.lang\nRuntime",
      })
  void namedCallsAreRefusedByName(String global) throws IOException {
    String name = global.replace('\n', '.');
    for (String pickle :
        List.of(
            "\u0080\2c" + global + "\n(X\2\0\0\0idtR.",
            "\u0080\2c" + global + "\n)\u0081.",
            "\u0080\2c" + global + "\n)\u0081}b.",
            "\u0080\2](c" + global + "\nK\1e.",
            "\u0080\2c" + global + "\n0N.")) {
      for (byte[] file : List.of(torchZip(pickle), legacy(pickle))) {
        assertThat(failure(file))
            .isInstanceOf(UserException.class)
            .hasMessageContaining("refused: the file names '" + name + "'");
      }
    }
  }

  @Test
  void declaredShapesBeyondTheStorageAreRefused() throws IOException {
    for (String sizes :
        List.of(
            "K\5\u0085K\1\u0085",
            "J\u00ff\u00ff\u00ff\177\u0085K\0\u0085",
            "K\2\u0085J\u00ff\u00ff\u00ff\177\u0085",
            "J\u00ff\u00ff\u00ff\177J\u00ff\u00ff\u00ff\177J\u00ff\u00ff\u00ff\177\u0087"
                + "K\0K\0K\0\u0087",
            "J\u00ff\u00ff\u00ff\u00ff\u0085K\1\u0085")) {
      String pickle = "\u0080\2" + REBUILD + STORAGE + "K\0" + sizes + "\u0089}tR.";
      assertRefused(torchZip(pickle), "damaged");
    }
  }

  @Test
  void endlessAndDeepPicklesAreRefused() throws IOException {
    assertRefused(torchZip("\u0080\2" + "(".repeat(5_000) + "."), "nested too deeply");
    assertRefused(torchZip("\u0080\2" + "N0".repeat(1_100_000) + "N."), "operations");
    assertRefused(torchZip("\u0080\2X\u00ff\u00ff\u00ff\177."), "text of 2147483647");
    assertRefused(torchZip("\u0080\2\u008b\u00ff\u00ff\u00ff\177."), "integer of 2147483647");
    assertRefused(torchZip("\u0080\2iposix\nsystem\n."), "operation 0x69 is not allowed");
    // A list of a thousand values, copied a hundred thousand times.
    assertRefused(
        torchZip(
            "\u0080\2("
                + "K\1".repeat(1000)
                + "lq\0000"
                + "cbuiltins\nlist\nq\0010"
                + "h\1h\0\u0085R0".repeat(100_000)
                + "N."),
        "more than 2000000 operations");
    // A list that holds the last one twice, forty times over, and one that holds itself.
    assertRefused(
        torchZip("\u0080\2]q\0000" + "](h\0h\0eq\0000".repeat(40) + "h\0."), "holds no tensors");
    assertRefused(torchZip("\u0080\2]q\0h\0a."), "holds no tensors");
  }

  @Test
  void archivesThatExpandAreRefused() throws IOException {
    byte[] zeros = new byte[8 << 20];
    assertRefused(deflated("archive/data.pkl", zeros), "compressed");
    assertRefused(deflated("a.npy", zeros), "expands to far more");
    assertRefused(deflated("anything", zeros), "belongs to no format");
  }

  @Test
  void archiveWhoseEntriesShareTheirBytesIsRefusedBeforeTheyAreRead() throws IOException {
    int shared = 1 << 20;
    int copies = 500;
    StringBuilder pickle = new StringBuilder("\u0080\2]q\0(");
    for (int i = 0; i < copies; i++) {
      String key = String.format(Locale.ROOT, "%05d", i);
      pickle
          .append(REBUILD)
          .append("((X\7\0\0\0storagectorch\nFloatStorage\nX\5\0\0\0")
          .append(key)
          .append("X\3\0\0\0cpuJ\0\0\4\0tQK\0K\1\u0085K\1\u0085\u0089}tR");
    }
    byte[] file = overlapping(pickle.append("e.").toString(), new byte[shared], copies);
    assertThat(failure(file)).hasMessage("x.pt: is damaged: its storages overlap");
  }

  @Test
  void halfPrecisionTensorsThatShareTheirBytesAreRefusedBeforeTheyAreWidened() {
    int bytes = 1 << 20;
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 2000; i++) {
      header
          .append(i == 0 ? "" : ",")
          .append("\"a" + i + "\":{\"dtype\":\"F16\",\"shape\":[" + bytes / 2 + "],")
          .append("\"data_offsets\":[0," + bytes + "]}");
    }
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.US_ASCII);
    byte[] file =
        ByteBuffer.allocate(8 + json.length + bytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .array();
    assertThat(failure(file)).hasMessage("x.pt: is damaged: its tensors overlap at a1");
  }

  @Test
  void emptyAndForeignFilesAreRefused() throws IOException {
    for (String content :
        List.of("", "P", "PK", "PK\3\4", "hello world", "\u0080\2", "\u0080\2.")) {
      assertThat(failure(content.getBytes(StandardCharsets.ISO_8859_1)))
          .isInstanceOf(UserException.class);
    }
  }

  private static void assertRefused(byte[] file, String reason) {
    assertThatThrownBy(() -> WeightFile.parse(file, "x.pt"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("x.pt: ")
        .hasMessageContaining(reason);
  }

  /** What reading throws, within bounds of time and of memory allocated. */
  private static Throwable failure(byte[] file) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    Throwable failure = catchThrowable(() -> WeightFile.parse(file, "x.pt"));
    assertThat(System.nanoTime() - start).isLessThan(MAX_NANOS);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED);
    if (failure instanceof UserException e) {
      assertThat(e.problems()).singleElement().asString().startsWith("x.pt: ").hasLineCount(1);
    }
    return failure;
  }

  private static byte[] torchZip(String pickle) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      stored(zip, "archive/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
      stored(zip, "archive/data/0", new byte[16]);
    }
    return out.toByteArray();
  }

  private static void stored(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
  }

  private static byte[] deflated(String name, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  /** An archive whose directory lists one entry many times, under different names. */
  private static byte[] overlapping(String pickle, byte[] shared, int copies) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      stored(zip, "archive/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
      stored(zip, "archive/data/00000", shared);
    }
    byte[] whole = out.toByteArray();
    ByteBuffer end = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int endRecord = whole.length - 22;
    int directory = end.getInt(endRecord + 16);
    int first = 46 + "archive/data.pkl".length();
    byte[] entry = Arrays.copyOfRange(whole, directory + first, endRecord);
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    forged.write(whole, 0, directory + first);
    for (int i = 0; i < copies; i++) {
      byte[] name = String.format(Locale.ROOT, "%05d", i).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(name, 0, entry, entry.length - name.length, name.length);
      forged.write(entry);
    }
    end.putShort(endRecord + 8, (short) (copies + 1));
    end.putShort(endRecord + 10, (short) (copies + 1));
    end.putInt(endRecord + 12, first + copies * entry.length);
    forged.write(whole, endRecord, 22);
    return forged.toByteArray();
  }

  private static byte[] legacy(String pickle) throws IOException {
    byte[] sample = WeightFileTest.bytes("float_legacy.pth");
    // Magic number (15 bytes) and version (6), then what describes the machine, to its STOP.
    int end = 21;
    while (sample[end] != '.') {
      end++;
    }
    byte[] body = pickle.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(end + 1 + body.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(sample, 0, end + 1)
        .put(body)
        .array();
  }
}
