package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CropSamplerTest {
  private final CropSampler sampler = new CropSampler(1, 96);

  @Test
  void everyOffsetAtWhichTheCropFitsIsDrawnAndNoOther() {
    Set<Integer> lefts = new HashSet<>();
    Set<Integer> tops = new HashSet<>();
    for (int crop = 0; crop < 500; crop++) {
      CropPlace place = sampler.place("a.jpg", crop, 100, 98);
      lefts.add(place.left());
      tops.add(place.top());
    }
    assertThat(lefts).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(tops).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void anImageOfExactlyTheCropSizeIsTheCrop() {
    assertThat(sampler.place("a.jpg", 7, 96, 96)).isEqualTo(new CropPlace(0, 0));
  }

  @Test
  void placesStayTheSameFromVersionToVersion() {
    assertThat(sampler.place("train2014/000000000025.jpg", 0, 640, 426))
        .isEqualTo(new CropPlace(360, 117));
    assertThat(sampler.place("train2014/000000000025.jpg", 1, 640, 426))
        .isEqualTo(new CropPlace(344, 218));
  }

  @Test
  void seedAndImageChangeThePlace() {
    CropPlace place = sampler.place("a.jpg", 0, 5000, 5000);
    assertThat(sampler.place("b.jpg", 0, 5000, 5000)).isNotEqualTo(place);
    assertThat(new CropSampler(2, 96).place("a.jpg", 0, 5000, 5000)).isNotEqualTo(place);
    assertThat(new CropSampler(1, 96).place("a.jpg", 0, 5000, 5000)).isEqualTo(place);
  }

  @Test
  void anImageSmallerThanTheCropIsRefused() {
    assertThatThrownBy(() -> sampler.place("a.jpg", 0, 96, 95))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an image of 96x95 has no crop of side 96");
  }
}
