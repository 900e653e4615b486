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
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

/** What the documents show must exist: commands, options, keys, files and pages that are linked. */
class DocumentsTest {
  private static final Path ROOT = ShownCommand.ROOT;
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#: ]+)(?:#[^)]*)?\\)");

  private static List<ShownCommand> commands() throws IOException {
    List<ShownCommand> commands = new ArrayList<>();
    for (Path document : ShownCommand.documents()) {
      commands.addAll(ShownCommand.of(document));
    }
    return commands;
  }

  @Test
  void everyCommandShownParses() throws IOException {
    List<ShownCommand> commands = commands();
    assertThat(commands).hasSizeGreaterThan(9);
    for (ShownCommand shown : commands) {
      assertThatCode(() -> Main.commandLine().parseArgs(shown.words()))
          .as(shown.toString())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void everySettingAndConfigurationFileShownExists() throws IOException {
    for (ShownCommand shown : commands()) {
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
    for (Path document : ShownCommand.documents()) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        assertThat(document.resolveSibling(link.group(1)))
            .as("link in " + ROOT.relativize(document))
            .exists();
      }
    }
  }
}
