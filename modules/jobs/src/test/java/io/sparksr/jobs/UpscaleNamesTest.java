package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UpscaleNamesTest {

  @Test
  void theEndingIsReplacedAndTheFolderKept() {
    UpscaleNames names = new UpscaleNames("png");
    assertThat(names.give("a/b.c/d.jpeg")).isEqualTo("a/b.c/d.png");
    assertThat(names.give("a/b.c/without")).isEqualTo("a/b.c/without.png");
    assertThat(names.give("100%25 süß\n.jpg")).isEqualTo("100%25 süß\n.png");
    assertThat(names.give("x/.jpg")).isEqualTo("x/.jpg.png");
  }

  @Test
  void collidingNamesAllDiffer() {
    UpscaleNames names = new UpscaleNames("png");
    assertThat(names.give("a.jpg")).isEqualTo("a.png");
    assertThat(names.give("a.jpg.png")).isEqualTo("a.jpg.png");
    assertThat(names.give("a.png")).isEqualTo("a.png.png");
    assertThat(names.give("a.png.jpg")).isEqualTo("a.png.jpg.png");
    assertThat(names.give("a.jpg.gif")).isEqualTo("a.jpg.gif.png");
    assertThat(names.give("a.bmp")).isEqualTo("a.bmp.png");
    names.reserve("b.png");
    names.reserve("b.jpg.png");
    assertThat(names.give("b.jpg")).isEqualTo("b.jpg.2.png");
  }

  @Test
  void aFoldersNameIsNoFilesName() {
    UpscaleNames names = new UpscaleNames("png");
    names.reserveFolders("a.png/b/c.jpg");
    assertThat(names.give("a.jpg")).isEqualTo("a.jpg.png");
    assertThat(names.give("a.png/b.jpg")).isEqualTo("a.png/b.png");
  }

  @Test
  void pathsThatLeadOutAreNotSafe() {
    assertThat(UpscaleNames.isSafe("a/b..c/...png")).isTrue();
    assertThat(UpscaleNames.isSafe("../a.png")).isFalse();
    assertThat(UpscaleNames.isSafe("a/../../b.png")).isFalse();
    assertThat(UpscaleNames.isSafe("a/./b.png")).isFalse();
    assertThat(UpscaleNames.isSafe("/etc/passwd.png")).isFalse();
    assertThat(UpscaleNames.isSafe("a//b.png")).isFalse();
  }
}
