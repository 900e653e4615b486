package io.sparksr.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MarkupTest {
  @Test
  void textAndAttributesAreEscaped() {
    Markup out = new Markup();
    out.open("p", "title", "\"><script>").text("a & b < 'c'").close();
    assertThat(out.finish())
        .isEqualTo("<p title=\"&quot;&gt;&lt;script&gt;\">a &amp; b &lt; &#39;c&#39;</p>");
  }

  @Test
  void elementsLeftOpenAreABug() {
    Markup out = new Markup().open("div").open("p");
    assertThatThrownBy(out::finish)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("still open: [p, div]");
  }

  @Test
  void numbersAreShortAndNeverScientific() {
    assertThat(Markup.number(3)).isEqualTo("3");
    assertThat(Markup.number(100)).isEqualTo("100");
    assertThat(Markup.number(0.256)).isEqualTo("0.26");
    assertThat(Markup.number(1.5)).isEqualTo("1.5");
    assertThat(Markup.number(-0.001)).isEqualTo("0");
    assertThat(Markup.number(12345678)).isEqualTo("12345678");
  }
}
