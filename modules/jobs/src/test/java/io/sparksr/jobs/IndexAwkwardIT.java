package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sparksr.core.Progress;
import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexRow;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.IndexTables;
import io.sparksr.data.RejectedRow;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardSettings;
import io.sparksr.data.TableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Names, links and things that folders of other people hold: each input is one row. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IndexAwkwardIT {
  private static final IndexSettings SETTINGS = new IndexSettings(24, 50_000, 1);

  private static final List<String> NAMES =
      List.of(
          "a b",
          " before",
          "behind ",
          "100%",
          "%20",
          "#",
          "what?",
          "co:lon",
          "file:",
          "[ab]",
          "{a,b}",
          "*",
          "**",
          "back\\slash",
          "new\nline",
          "tab\t",
          "'\"",
          "a&b;$c",
          "~",
          "-x",
          "\u00e9",
          "e\u0301",
          "\u65e5\u672c",
          "\ud83d\ude00",
          "folder.jpg",
          "...".repeat(60));

  private static JavaSparkContext spark;

  @TempDir private Path root;
  private Path photos;

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.start(2);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @BeforeEach
  void nameFolders() throws IOException {
    photos = Files.createDirectories(root.resolve("photos"));
  }

  @Test
  void anyNameIsAnIdAndIsReadAgain() throws IOException {
    Set<String> ids = new LinkedHashSet<>();
    for (int i = 0; i < NAMES.size(); i++) {
      // Dots at the front hide a name.
      String name = NAMES.get(i).startsWith(".") ? "x" + NAMES.get(i) : NAMES.get(i);
      String id = name + "/" + name;
      Photos.png(photos.resolve(name).resolve(name), i, 30, 40);
      ids.add(id);
    }
    for (String hidden : List.of(".dot.png", "_low.png", "._folder/x.png")) {
      Photos.png(photos.resolve(hidden), 1, 30, 30);
    }
    Index index = index("index", List.of(photos.toString()), List.of());
    assertThat(index.rejected).isEmpty();
    assertThat(index.images.keySet()).containsExactlyInAnyOrderElementsOf(ids);

    ShardManifest shards =
        new ShardJob(LocalSpark.context(spark))
            .run(
                new ShardJob.Request(
                    root.resolve("index").toString(),
                    root.resolve("shards").toString(),
                    Existing.KEEP,
                    new ShardSettings(
                        24, 4, 1, "pillow-bicubic", 1 << 20, 4, "none", 0, 1 << 20, 1)))
            .manifest();
    assertThat(shards.images()).isEqualTo(ids.size());
    Path tree = root.resolve("tree");
    new ShardExportJob(LocalSpark.context(spark))
        .run(
            new ShardExportJob.Request(
                root.resolve("shards").toString(),
                tree.toString(),
                Existing.KEEP,
                ShardExportJob.Format.FOLDERS));
    for (String id : ids) {
      assertThat(tree.resolve("HR").resolve(id + "-0.png")).exists();
    }
    // By patterns too: a star stands for any character. (One alone is the folder of that name.)
    assertThat(index("matched", List.of(photos + "/{*}/*"), List.of()).images.keySet())
        .containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void whatCanNotBeReadIsRejectedAndNeverWaitedFor() throws IOException, InterruptedException {
    Photos.png(photos.resolve("a.png"), 1, 30, 40);
    Photos.png(photos.resolve("sub/b.png"), 2, 30, 40);
    Photos.png(root.resolve("outside/c.png"), 3, 30, 40);
    Files.createSymbolicLink(photos.resolve("out"), root.resolve("outside"));
    Files.createSymbolicLink(photos.resolve("link.png"), root.resolve("outside/c.png"));
    Files.createSymbolicLink(photos.resolve("sub/loop"), photos);
    Files.createSymbolicLink(photos.resolve("sub/here"), Path.of("."));
    Files.createSymbolicLink(photos.resolve("self.png"), photos.resolve("self.png"));
    Files.createSymbolicLink(photos.resolve("broken.png"), root.resolve("gone.png"));
    Files.createSymbolicLink(photos.resolve("zero.png"), Path.of("/dev/zero"));
    String pipe = photos.resolve("pipe.png").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(photos.resolve("s.png")));
      for (boolean verify : new boolean[] {false, true}) {
        Index index =
            index(
                "index-" + verify,
                List.of(photos.toString()),
                List.of(),
                new IndexSettings(24, 50_000, 1, verify, false));
        assertThat(index.images).containsOnlyKeys("a.png", "sub/b.png", "out/c.png", "link.png");
        assertThat(index.manifest.counts().rejected()).isEqualTo(Map.of("unreadable", 7L));
        assertThat(index.rejected.get("sub/loop")).endsWith("is a link to a folder above it");
        assertThat(index.rejected.get("sub/here")).endsWith("is a link to a folder above it");
        assertThat(index.rejected.get("self.png")).contains("Too many levels of symbolic links");
        assertThat(index.rejected.get("broken.png")).contains("No such file");
        for (String other : List.of("pipe.png", "s.png", "zero.png")) {
          assertThat(index.rejected.get(other)).endsWith("(is a pipe, socket or device)");
        }
      }
    }
    assertThatThrownBy(() -> index("pipe", List.of(pipe), List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no usable image among 1 files (unreadable: 1; ");
  }

  @Test
  void whatTheUserMayNotReadIsUnreadable() throws IOException {
    Photos.png(photos.resolve("a.png"), 1, 30, 40);
    Photos.png(photos.resolve("file.png"), 2, 30, 40);
    Photos.png(photos.resolve("closed/b.png"), 3, 30, 40);
    Photos.png(photos.resolve("names/c.png"), 4, 30, 40);
    Map<Path, String> rights =
        Map.of(
            photos.resolve("file.png"), "---------",
            photos.resolve("closed"), "---------",
            // Whose files may be named, but not looked at.
            photos.resolve("names"), "r--r--r--");
    for (Map.Entry<Path, String> right : rights.entrySet()) {
      Files.setPosixFilePermissions(
          right.getKey(), PosixFilePermissions.fromString(right.getValue()));
    }
    try {
      assumeFalse(Files.isReadable(photos.resolve("file.png")), "skipped: root may read all");
      Index index = index("index", List.of(photos.toString()), List.of());
      assertThat(index.images).containsOnlyKeys("a.png");
      assertThat(index.manifest.counts().rejected()).isEqualTo(Map.of("unreadable", 3L));
      assertThat(index.rejected.get("file.png")).contains("Permission denied");
      assertThat(index.rejected.get("closed/")).contains("AccessDenied");
      assertThat(index.rejected.get("names/c.png")).contains("Permission denied");
    } finally {
      for (Path closed : rights.keySet()) {
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
      }
    }
  }

  @Test
  void linesOfListsCountOnceHoweverOftenTheyNameAFile() throws IOException {
    Photos.png(photos.resolve("a/1.png"), 1, 30, 40);
    Photos.png(photos.resolve("a/#2.png"), 2, 30, 40);
    Photos.png(photos.resolve("b/3.png"), 3, 30, 40);
    String a = photos + "/a";
    String text =
        String.join(
            "\r\n",
            "\ufeff" + a + "/1.png",
            "",
            "# a comment",
            " \t",
            "  " + a + "/1.png  ",
            "file:" + a + "/1.png",
            "file://" + a + "//1.png",
            a + "/#2.png",
            photos + "/b/3.png",
            photos + "/b",
            photos + "/b/",
            photos + "/gone.png",
            photos + "/gone.png",
            "no:such",
            "nosuch://bucket/x.png",
            // A second bucket, as it were, with a file of the same path.
            "failing:" + a + "/1.png");
    // Hadoop takes such a name for a pattern of two files, both hidden.
    Path list = Files.writeString(root.resolve("_uris,[1]*.txt"), text, UTF_8);
    Path again = Files.createDirectories(root.resolve("lists"));
    Files.writeString(again.resolve("part-0"), a + "/1.png", UTF_8);
    Files.writeString(again.resolve("_SUCCESS"), "x", UTF_8);

    Index index = index("listed", List.of(), List.of(list.toString(), again.toString()));
    String id = photos.toString().substring(1);
    assertThat(index.images)
        .containsOnlyKeys(id + "/a/1.png", id + "/a/1.png~2", id + "/a/#2.png", id + "/b/3.png");
    assertThat(index.images.get(id + "/a/1.png")).isEqualTo("failing:" + a + "/1.png");
    assertThat(index.manifest.counts().rejected()).isEqualTo(Map.of("unreadable", 3L));
    assertThat(index.rejected).containsOnlyKeys(id + "/gone.png", "no:such", "x.png");

    // Beside a folder that holds it, a file keeps the id it has there.
    Index both = index("both", List.of(photos.toString()), List.of(again.toString()));
    assertThat(both.images).containsOnlyKeys("a/1.png", "a/#2.png", "b/3.png");
  }

  @Test
  void aFileThatVanishesAfterItWasListedIsUnreadable() throws IOException {
    for (int i = 0; i < 5; i++) {
      Photos.png(photos.resolve(i + ".png"), i, 30, 40);
    }
    Photos.write(photos.resolve("cut.png"), new byte[500]);
    Progress vanishing =
        (label, unit, total) -> {
          if (label.equals("index")) {
            try {
              Files.delete(photos.resolve("3.png"));
              Files.write(photos.resolve("cut.png"), new byte[0]);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
          return Progress.silent().start(label, unit, total);
        };
    Index index =
        new Index(
            new IndexJob(new JobContext(spark, vanishing, "v", ""))
                .run(request("index", List.of(photos.toString()), List.of(), SETTINGS)));
    assertThat(index.images).containsOnlyKeys("0.png", "1.png", "2.png", "4.png");
    assertThat(index.rejected.get("3.png")).startsWith("unreadable: ").contains("No such file");
    assertThat(index.rejected.get("cut.png")).startsWith("empty: ");
  }

  @Test
  void countsThatDoNotAddUpAreRefused() throws IOException {
    IndexParts<RejectedRow> parts =
        new IndexParts<>(
            IndexParts.REJECTED, LocalSpark.context(spark).remoteFiles(), root + "/index");
    RejectedRow row = new RejectedRow("file:/x", "x", "empty", "has no bytes");
    assertThat(parts.write(spark.parallelize(List.of(row)), 1)).hasSize(1);
    assertThatThrownBy(() -> parts.write(spark.parallelize(List.of(row)), 2))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            root + "/index: files changed while they were indexed: 1 where 2 had been counted.");
  }

  @Test
  void foldersMayBeAsDeepAsPathsAreLong() throws IOException {
    Path deep = photos;
    for (int i = 0; i < 150; i++) {
      deep = deep.resolve("d");
    }
    Photos.png(deep.resolve("1.png"), 1, 30, 40);
    assertThat(index("index", List.of(photos.toString()), List.of()).images)
        .containsOnlyKeys("d/".repeat(150) + "1.png");
  }

  private Index index(String name, List<String> inputs, List<String> lists) throws IOException {
    return index(name, inputs, lists, SETTINGS);
  }

  private Index index(String name, List<String> inputs, List<String> lists, IndexSettings settings)
      throws IOException {
    return new Index(
        new IndexJob(LocalSpark.context(spark)).run(request(name, inputs, lists, settings)));
  }

  private IndexJob.Request request(
      String name, List<String> inputs, List<String> lists, IndexSettings settings) {
    return new IndexJob.Request(
        inputs, lists, root.resolve(name).toString(), Optional.empty(), Existing.KEEP, settings);
  }

  /** What an index says, which must agree with itself. */
  private static final class Index {
    private final IndexManifest manifest;

    /** URIs by id. */
    private final Map<String, String> images = new TreeMap<>();

    /** Reason and detail by id. */
    private final Map<String, String> rejected = new TreeMap<>();

    Index(Outcome<IndexManifest> outcome) throws IOException {
      manifest = outcome.manifest();
      HadoopFileStore files = LocalSpark.context(spark).files();
      for (TableFile table : manifest.imageFiles()) {
        for (IndexRow row : IndexTables.readImages(files, outcome.uri(), table)) {
          assertThat(images.put(row.imageId(), row.uri())).as(row.imageId()).isNull();
        }
      }
      Set<String> reasons =
          Arrays.stream(Reason.values()).map(Reason::label).collect(Collectors.toSet());
      for (TableFile table : manifest.rejectedFiles()) {
        for (RejectedRow row : IndexTables.readRejected(files, outcome.uri(), table)) {
          assertThat(reasons).contains(row.reason());
          assertThat(rejected.put(row.imageId(), row.reason() + ": " + row.detail())).isNull();
        }
      }
      assertThat(manifest.counts().accepted()).isEqualTo(images.size());
      assertThat(manifest.counts().rejectedTotal()).isEqualTo(rejected.size());
    }
  }
}
