package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafetensorsTest {
  private static final NamedTensor MATRIX =
      new NamedTensor(
          "a.weight", new long[] {2, 3}, FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6}));
  private static final NamedTensor SCALAR =
      new NamedTensor("b", new long[0], FloatBuffer.wrap(new float[] {-0.5f}));

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Map<String, NamedTensor> read = Safetensors.read(file(), "x.safetensors");
    assertThat(read).containsOnlyKeys("a.weight", "b");
    assertThat(read.get("a.weight").shape()).containsExactly(2, 3);
    assertThat(read.get("a.weight").values()).isEqualTo(MATRIX.values());
    assertThat(read.get("b").shape()).isEmpty();
    assertThat(read.get("b").values().get(0)).isEqualTo(-0.5f);
  }

  @Test
  void layoutIsTheFormats() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file()).order(ByteOrder.LITTLE_ENDIAN);
    long header = bytes.getLong();
    assertThat(header % 8).isZero();
    String json = new String(bytes.array(), 8, (int) header, StandardCharsets.UTF_8);
    assertThat(json)
        .startsWith(
            "{\"__metadata__\":{\"format\":\"pt\"},\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}");
    assertThat(bytes.getFloat(8 + (int) header + 20)).isEqualTo(6f);
    assertThat(bytes.array()).hasSize(8 + (int) header + 28);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] file = file();
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> Safetensors.read(cut, "x.safetensors"))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("x.safetensors: ");
    }
  }

  @Test
  void hugeShapesAndOtherTypesAreRefused() {
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,8],\"data_offsets\":[0,4]}}",
        "damaged");
    assertRefused(
        "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[0,2]}}", "only F16, BF16");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "damaged");
    assertRefused("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", "dtype");
    assertRefused("{\"a\":", "not a valid");
    assertRefused("null", "its header is empty");
    assertRefused("{\"a\":null}", "a is described by nothing");
  }

  @Test
  void tensorsThatOverlapAreRefused() {
    String tensor = "\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}";
    assertRefused("{\"a" + tensor + ",\"b" + tensor + "}", "its tensors overlap at b");
  }

  @Test
  void countsStandBeforeTheTensorsAndTextsAreRead() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, List.of(SCALAR), Map.of("n", 258L), Map.of("format", "pt"));
    byte[] file = out.toByteArray();
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int header = bytes.getInt();
    assertThat(new String(file, 8, header, StandardCharsets.UTF_8))
        .contains("\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}")
        .contains("\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}");
    assertThat(bytes.getLong(8 + header)).isEqualTo(258);
    assertThat(bytes.getFloat(16 + header)).isEqualTo(-0.5f);
    assertThat(Safetensors.read(file, "x")).containsOnlyKeys("b");
    assertThat(Safetensors.metadata(ByteBuffer.wrap(file), "x")).isEqualTo(Map.of("format", "pt"));
  }

  private static void assertRefused(String header, String reason) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] file =
        ByteBuffer.allocate(8 + json.length + 4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .array();
    assertThatThrownBy(() -> Safetensors.read(file, "x.safetensors"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(reason);
  }

  private static byte[] file() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, List.of(MATRIX, SCALAR), Map.of("format", "pt"));
    return out.toByteArray();
  }
}
