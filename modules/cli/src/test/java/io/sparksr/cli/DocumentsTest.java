package io.sparksr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sparksr.core.config.ConfigLoader;
import io.sparksr.core.config.ResolvedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

/** What the documents show must exist: commands, options, keys, files and pages that are linked. */
class DocumentsTest {
  private static final Path ROOT = Path.of("../..");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(?:bash|sh)\\n(.*?)^```");
  private static final Pattern COMMAND =
      Pattern.compile("(?:(?:^|[ /])sparksr|sparksr\\.jar|cluster submit) +(.+)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#: ]+)(?:#[^)]*)?\\)");

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    for (String folder : List.of("docs", "deploy", "notebooks")) {
      if (Files.isDirectory(ROOT.resolve(folder))) {
        try (Stream<Path> found = Files.walk(ROOT.resolve(folder))) {
          found.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
        }
      }
    }
    return documents;
  }

  /** A command of a document, as the words after {@code sparksr}. */
  private record Shown(Path document, String line) {
    String[] words() {
      return line.replaceAll(" +(?:[12]?>|\\||&&|#).*", "").strip().split(" +");
    }

    @Override
    public String toString() {
      return ROOT.relativize(document) + ": " + line;
    }
  }

  private static List<Shown> commands() throws IOException {
    List<Shown> commands = new ArrayList<>();
    for (Path document : documents()) {
      Matcher block = BLOCK.matcher(Files.readString(document));
      while (block.find()) {
        String joined = block.group(1).replaceAll("\\\\\\n *", "");
        joined
            .lines()
            .map(COMMAND::matcher)
            .filter(Matcher::find)
            .map(found -> found.group(1))
            .filter(words -> !words.startsWith("--help") && !words.startsWith("COMMAND"))
            .forEach(words -> commands.add(new Shown(document, words)));
      }
    }
    return commands;
  }

  @Test
  void everyCommandShownParses() throws IOException {
    List<Shown> commands = commands();
    assertThat(commands).hasSizeGreaterThan(9);
    for (Shown shown : commands) {
      assertThatCode(() -> Main.commandLine().parseArgs(shown.words()))
          .as(shown.toString())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void everySettingAndConfigurationFileShownExists() throws IOException {
    for (Shown shown : commands()) {
      ParseResult leaf = leaf(Main.commandLine().parseArgs(shown.words()));
      List<String> settings = leaf.matchedOptionValue("-D", List.of());
      Path file = leaf.matchedOptionValue("--config", null);
      Optional<Path> ours =
          Optional.ofNullable(file).filter(f -> f.startsWith("conf")).map(ROOT::resolve);
      assertThatCode(() -> requireKnown(ours, settings))
          .as(shown.toString())
          .doesNotThrowAnyException();
    }
  }

  private static void requireKnown(Optional<Path> file, List<String> settings) {
    ConfigLoader.load(file, settings);
    ResolvedConfig reference = ConfigLoader.load(Optional.empty(), List.of());
    settings.stream()
        .map(setting -> setting.substring(0, setting.indexOf('=')))
        .filter(key -> !key.startsWith("spark."))
        .forEach(key -> reference.describe(Optional.of(key)));
  }

  private static ParseResult leaf(ParseResult parsed) {
    return parsed.hasSubcommand() ? leaf(parsed.subcommand()) : parsed;
  }

  @Test
  void everyLinkedFileExists() throws IOException {
    for (Path document : documents()) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        assertThat(document.resolveSibling(link.group(1)))
            .as("link in " + ROOT.relativize(document))
            .exists();
      }
    }
  }
}
