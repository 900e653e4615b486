package io.sparksr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command of ours in a shell block of a document.
 *
 * @param document its file
 * @param line the whole line, continuations joined
 * @param command what follows the name of the program
 */
record ShownCommand(Path document, String line, String command) {
  static final Path ROOT = Path.of("../..");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(?:bash|sh)\\n(.*?)^```");
  private static final Pattern COMMAND =
      Pattern.compile("(?:(?:^|[ /])sparksr|sparksr\\.jar|cluster submit) +(.+)");

  /** The documents of the repository. */
  static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    for (String folder : List.of("docs", "deploy", "notebooks")) {
      try (Stream<Path> found = Files.walk(ROOT.resolve(folder))) {
        found.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
      }
    }
    return documents;
  }

  /** Those of one document, in its order. */
  static List<ShownCommand> of(Path document) throws IOException {
    List<ShownCommand> commands = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(document));
    while (block.find()) {
      for (String line : block.group(1).replaceAll("\\\\\\n *", "").lines().toList()) {
        Matcher found = COMMAND.matcher(line);
        if (found.find() && !found.group(1).matches("(--help|COMMAND).*")) {
          commands.add(new ShownCommand(document, line, found.group(1)));
        }
      }
    }
    return commands;
  }

  /** The words of the command, without quotes, and without what the shell does with its output. */
  String[] words() {
    return command.replaceAll(" +(?:[12]?>|\\||&&|#).*", "").replace("'", "").strip().split(" +");
  }

  @Override
  public String toString() {
    return ROOT.relativize(document) + ": " + line;
  }
}
