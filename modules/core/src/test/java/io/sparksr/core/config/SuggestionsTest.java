package io.sparksr.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionsTest {

  @Test
  void distanceCountsEditsAndExchangesOfNeighbours() {
    assertThat(Suggestions.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Suggestions.distance("bacth", "batch")).isEqualTo(1);
    assertThat(Suggestions.distance("", "abc")).isEqualTo(3);
    assertThat(Suggestions.distance("same", "same")).isZero();
  }

  @Test
  void nearestOfSeveralNamesIsSuggested() {
    assertThat(Suggestions.hint("crop-siz", List.of("crop-seed", "crop-size")))
        .isEqualTo("did you mean crop-size?");
  }

  @Test
  void nothingIsSuggestedWhereNothingIsKnown() {
    assertThat(Suggestions.hint("x", List.of())).isEqualTo("nothing can be set here");
  }
}
