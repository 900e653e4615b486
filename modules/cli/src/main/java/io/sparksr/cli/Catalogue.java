package io.sparksr.cli;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** All commands, in the order and the groups in which the help lists them. */
final class Catalogue {
  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(Group.START, QuickstartCommand::new, "quickstart --dir runs/quickstart"),
          new Entry(
              Group.DATA, SynthesizeCommand::new, "synthesize --count 60 --output work/images"),
          new Entry(Group.DATA, IndexCommand::new, "index --input photos/ --output work/index"),
          new Entry(Group.DATA, ShardCommand::new, "shard --index work/index --output work/shards"),
          new Entry(
              Group.MODELS,
              TrainCommand::new,
              "train srresnet --shards work/shards --output runs/srresnet"),
          new Entry(
              Group.MODELS,
              ModelCommand::new,
              "model import --input srresnet.pth --output models/srresnet"),
          new Entry(
              Group.USE,
              EvaluateCommand::new,
              "evaluate --model bicubic runs/srresnet --set Set5=sets/Set5 --output work/report"),
          new Entry(
              Group.USE,
              UpscaleCommand::new,
              "upscale --model runs/srresnet --input photos/ --output large/"),
          new Entry(
              Group.USE,
              CompareCommand::new,
              "compare --image photo.png --model SRResNet=runs/srresnet --output grid.png"),
          new Entry(Group.LOOK, ConfigCommand::new, "config show train"),
          new Entry(Group.LOOK, DoctorCommand::new, "doctor --executors 2"),
          new Entry(Group.LOOK, ShellCommand::new, "shell -D spark.sql.shuffle.partitions=8"),
          new Entry(Group.LOOK, CompletionCommand::new, "completion > sparksr-completion.sh"));

  /** Of commands within commands, by the words that name them. */
  private static final List<String> INNER_EXAMPLES =
      List.of(
          "shard verify work/shards",
          "shard export --shards work/shards --format webdataset --output work/tars",
          "train srresnet --shards work/shards --output runs/srresnet -D train.replicas=2",
          "train srgan --shards work/shards --init runs/srresnet --output runs/srgan",
          "model import --input srresnet.pth --output models/srresnet",
          "model export --model runs/srresnet --format onnx --output srresnet.onnx",
          "model show runs/srresnet",
          "config show train",
          "config reference > configuration.md");

  private Catalogue() {}

  /** Adds every command to the root command, and the grouped list to the root's help. */
  static void addTo(CommandLine root) {
    for (Entry entry : ENTRIES) {
      CommandLine command = new CommandLine(entry.command.get());
      footer(command, entry.example);
      root.addSubcommand(command.getCommandName(), command);
    }
    for (String example : INNER_EXAMPLES) {
      String[] words = example.split(" ", 3);
      footer(root.getSubcommands().get(words[0]).getSubcommands().get(words[1]), example);
    }
    root.getCommandSpec()
        .usageMessage()
        .synopsisSubcommandLabel("COMMAND")
        .footer(
            "",
            "'sparksr COMMAND --help' explains a command, 'sparksr config show' every setting.",
            "Exit codes: 0 done, 1 a bug, 2 usage or configuration, 3 input data.");
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Catalogue::list);
  }

  private static void footer(CommandLine command, String example) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage.footer("", "Example:", "  $ sparksr " + example);
  }

  private static String list(Help help) {
    StringBuilder text = new StringBuilder();
    for (Group group : Group.values()) {
      List<Entry> members = ENTRIES.stream().filter(entry -> entry.group == group).toList();
      if (!members.isEmpty()) {
        text.append("\n").append(help.colorScheme().text("@|bold " + group.title + "|@"));
        text.append("\n");
        members.forEach(entry -> text.append(line(help, entry)));
      }
    }
    return text.toString();
  }

  private static String line(Help help, Entry entry) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(entry.command.get());
    String name = String.format(Locale.ROOT, "%-11s", spec.name());
    return "  %s %s\n  %11s $ sparksr %s\n"
        .formatted(
            help.colorScheme().commandText(name),
            String.join(" ", spec.usageMessage().description()),
            "",
            entry.example);
  }

  /** What a command is for; the help lists the groups in this order. */
  private enum Group {
    START("First steps"),
    DATA("Data: images to shards"),
    MODELS("Models: shards to a trained network"),
    USE("Use: pictures and scores"),
    LOOK("Settings and shell");

    private final String title;

    Group(String title) {
      this.title = title;
    }
  }

  /** A command with the example that the help shows. */
  private record Entry(Group group, Supplier<Object> command, String example) {}
}
