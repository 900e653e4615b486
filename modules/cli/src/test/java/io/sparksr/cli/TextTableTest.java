package io.sparksr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void textsAlignLeftAndNumbersRight() {
    assertThat(
            new TextTable("set", "images", "psnr")
                .row("Set5", 5, "28.43 dB")
                .row("BSD100", 100, "9.1 dB")
                .toString())
        .isEqualTo(
            """
            set     images      psnr
            ------  ------  --------
            Set5         5  28.43 dB
            BSD100     100    9.1 dB
            """);
  }

  @Test
  void columnWithOneTextAlignsLeft() {
    assertThat(new TextTable("n").row("-").row(12).toString()).isEqualTo("n\n--\n-\n12\n");
  }

  @Test
  void emptyTableIsItsHeader() {
    assertThat(new TextTable("a", "bc").toString()).isEqualTo("a  bc\n-  --\n");
  }

  @Test
  void rowOfAnotherLengthIsRejected() {
    assertThatThrownBy(() -> new TextTable("a", "b").row(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 cells for 2 columns");
  }
}
