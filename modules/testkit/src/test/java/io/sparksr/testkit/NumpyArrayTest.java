package io.sparksr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NumpyArrayTest {

  @Test
  void bytesOfAnEntryAreItsRows() {
    NumpyArray array =
        NumpyArray.parse(
            file("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }", 1, 2, 3, 4, 5, 6));

    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.bytesAt(1)).containsExactly(4, 5, 6);
  }

  @Test
  void floatsAreLittleEndian() {
    NumpyArray array =
        NumpyArray.parse(
            file("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 0, 0, 0xC0, 0x3F));

    assertThat(array.floats()).containsExactly(1.5f);
    assertThatThrownBy(() -> array.bytesAt(0)).hasMessage("the elements are <f4, not |u1");
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    assertThatThrownBy(() -> NumpyArray.parse(new byte[20])).hasMessage("not a .npy file");
    assertThatThrownBy(
            () ->
                NumpyArray.parse(
                    file("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", 0)))
        .hasMessage("element type <f8 is neither uint8 nor float32");
    assertThatThrownBy(
            () ->
                NumpyArray.parse(
                    file("{'descr': '|u1', 'fortran_order': True, 'shape': (1,), }", 0)))
        .hasMessage("the array is in Fortran order");
    assertThatThrownBy(
            () ->
                NumpyArray.parse(
                    file("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }", 1, 2, 3)))
        .hasMessage("3 bytes do not fill the shape [2, 2]");
  }

  private static byte[] file(String header, int... data) {
    ByteBuffer file =
        ByteBuffer.allocate(10 + header.length() + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put("\u0093NUMPY\u0001\0".getBytes(StandardCharsets.ISO_8859_1));
    file.putShort((short) header.length());
    file.put(header.getBytes(StandardCharsets.ISO_8859_1));
    for (int value : data) {
      file.put((byte) value);
    }
    return file.array();
  }
}
