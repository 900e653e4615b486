package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.jobs.InputRoots.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputRootsTest {
  private final HadoopFileStore files = new HadoopFileStore(new Configuration());
  @TempDir private Path root;
  private String uri;

  @BeforeEach
  void makeFiles() throws IOException {
    uri = "file:" + root;
    for (String file :
        List.of("a/images/1.png", "a/images/2.png", "b/images/1.png", "b/_raw/3.png", "c/4.png")) {
      Files.createDirectories(root.resolve(file).getParent());
      Files.write(root.resolve(file), new byte[file.length()]);
    }
  }

  @Test
  void idsAreRelativeToASingleFolder() throws IOException {
    InputRoots roots = resolve(root + "/a/");
    assertThat(roots.folders()).containsExactly(new Folder(uri + "/a", ""));
    assertThat(roots.files()).isEmpty();
  }

  @Test
  void aSingleFileHasItsNameAsId() throws IOException {
    InputRoots roots = resolve(root + "/a/images/1.png");
    assertThat(roots.files()).containsExactly(new ImageFile(uri + "/a/images/1.png", "1.png", 14));
  }

  @Test
  void severalRootsPutTheirNamesBefore() throws IOException {
    InputRoots roots = resolve(root + "/a/images", root + "/b/images", root + "/c/4.png");
    assertThat(roots.folders())
        .containsExactly(
            new Folder(uri + "/a/images", "images/"), new Folder(uri + "/b/images", "images~2/"));
    assertThat(roots.files()).containsExactly(new ImageFile(uri + "/c/4.png", "c/4.png", 7));
  }

  @Test
  void aPatternsIdsAreRelativeToItsPartWithoutWildcards() throws IOException {
    assertThat(resolve(root + "/*/images/1.png").files())
        .containsExactly(
            new ImageFile(uri + "/a/images/1.png", "a/images/1.png", 14),
            new ImageFile(uri + "/b/images/1.png", "b/images/1.png", 14));
    // Hidden folders are not matched.
    assertThat(resolve(root + "/b/*/").folders())
        .containsExactly(new Folder(uri + "/b/images", "images/"));
  }

  @Test
  void filesOfAPatternAreLeftToWhoeverListsTheirFolders() throws IOException {
    assertThat(resolve(root + "/a/images/*.png").files()).isEmpty();
    assertThat(resolve(root + "/a/images/*.png").folders())
        .containsExactly(new Folder(uri + "/a/images", "", "*.png"));
    assertThat(resolve(root + "/*/images/[12].p?g").folders())
        .containsExactly(
            new Folder(uri + "/a/images", "a/images/", "[12].p?g"),
            new Folder(uri + "/b/images", "b/images/", "[12].p?g"));
    assertThat(resolve(root + "/a/images/*.png", root + "/a/images/1.*").folders())
        .containsExactly(new Folder(uri + "/a/images", "", "{*.png,1.*}"));
    assertThat(new Folder("x", "", "{*.png,1.*}").wanted())
        .accepts("2.png", "1.gif")
        .rejects("2.gif");
    assertThat(resolve(root + "/a/images/*.png", root + "/a").folders())
        .containsExactly(new Folder(uri + "/a", ""));
    assertThat(new Folder("x", "", "[12].p?g").wanted()).accepts("1.png").rejects("3.png");
  }

  @Test
  void whatIsListedAnywayCountsOnce() throws IOException {
    InputRoots roots =
        resolve(root + "/b/images/1.png", root + "/b", root + "/b/images", root + "/b");
    assertThat(roots.folders()).containsExactly(new Folder(uri + "/b", ""));
    assertThat(roots.files()).isEmpty();
  }

  @Test
  void oneFolderUnderSeveralSpellingsCountsOnce() throws IOException {
    InputRoots roots =
        resolve(
            root + "/a",
            root + "/a/",
            "file:" + root + "/a",
            "file://" + root + "/a/images/",
            root + "/b/../a//images/1.png",
            root + "/a/images/*.png",
            root + "/[a]/images");
    assertThat(roots.folders()).containsExactly(new Folder(uri + "/a", ""));
    assertThat(roots.files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[ab]", "{x,y}", "*", "what?", "[x", "back\\slash", "co:lon", "%20", "#"})
  void whatIsThereIsNoPattern(String name) throws IOException {
    Path folder = Files.createDirectories(root.resolve("odd").resolve(name));
    Files.write(folder.resolve(name + ".png"), new byte[9]);
    // What the name would match as a pattern.
    Files.createDirectories(root.resolve("odd/a"));
    String odd = uri + "/odd/" + name;
    assertThat(resolve(folder.toString()).folders()).containsExactly(new Folder(odd, ""));
    assertThat(resolve(folder + "/" + name + ".png").files())
        .containsExactly(new ImageFile(odd + "/" + name + ".png", name + ".png", 9));
    assertThat(resolve(folder + "/*.p?g*").folders())
        .containsExactly(new Folder(odd, "", "*.p?g*"));
  }

  @Test
  void aBackslashTakesAWildcardsMeaningAway() throws IOException {
    Path folder = Files.createDirectories(root.resolve("odd/[ab]/sub"));
    Files.write(folder.resolve("1.png"), new byte[5]);
    Files.createDirectories(root.resolve("odd/a/sub"));
    assertThat(resolve(root + "/odd/\\[ab]/s*/1.png").files())
        .extracting(ImageFile::uri)
        .containsExactly(uri + "/odd/[ab]/sub/1.png");
  }

  @Test
  void whatIsNeitherThereNorAPatternIsExplained() {
    assertThatThrownBy(() -> resolve(root + "/a/[1.png"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(root + "/a/[1.png: neither exists nor is a pattern (")
        .hasMessageEndingWith("Put a backslash before each of [ { * ? that stands for itself.");
    assertThatThrownBy(() -> resolve(root + "/[a/*/1.png"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("/[a/*/1.png: neither exists nor is a pattern (");
    assertThatThrownBy(() -> resolve("no:such"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("'no:such': is no URI that Hadoop reads (")
        .hasMessageEndingWith("Where it is a relative path with a colon, put ./ before it.");
  }

  @Test
  void namesOfRootsAreTakenOnceAndNeverFromBuckets() {
    assertThat(
            RootNames.prefixes(
                    List.of("file:/x/a", "file:/y/a", "file:/z/a~2", "s3a://one/", "s3a://two/"))
                .values())
        .containsExactly("a/", "a~2/", "a~2~2/", "root/", "root~2/");
    assertThat(RootNames.prefixes(List.of("s3a://one/", "s3a://one/")))
        .isEqualTo(Map.of("s3a://one/", ""));
  }

  @Test
  void aHiddenFolderGivenByNameIsListed() throws IOException {
    assertThat(resolve(root + "/b", root + "/b/_raw").folders())
        .containsExactly(new Folder(uri + "/b", "b/"), new Folder(uri + "/b/_raw", "_raw/"));
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> resolve(root + "/a", root + "/d"))
        .isInstanceOf(UserException.class)
        .hasMessage(root + "/d: not found. Give an existing folder, file or pattern as --input.");
    assertThatThrownBy(() -> resolve(root + "/d/*.jpg"))
        .isInstanceOf(UserException.class)
        .hasMessage(root + "/d/*.jpg: no file or folder matches this pattern.");
    assertThatThrownBy(this::resolve)
        .isInstanceOf(UserException.class)
        .hasMessage("--input: give at least one folder, file or pattern.");
  }

  private InputRoots resolve(String... inputs) throws IOException {
    return InputRoots.resolve(files, List.of(inputs));
  }
}
