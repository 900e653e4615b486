package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import io.sparksr.nn.ModelFolder;
import io.sparksr.training.CheckpointState;
import io.sparksr.training.CheckpointStore;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model that was asked for.
 *
 * @param name in reports
 * @param folder the model folder; empty for what is built in
 * @param run the run it is the newest checkpoint of, if it was given as a run
 * @param scale its enlargement; 0 for what is built in, which has any
 * @param fingerprint SHA-256 of its weights; empty for what is built in
 */
record ModelRef(String name, String folder, Optional<String> run, int scale, String fingerprint) {
  private static final int DEFAULT_SCALE = 4;
  private static final Pattern CHOSEN = Pattern.compile("(?<run>.+)@(?<which>best|\\d{1,18})");

  /** What tasks take along. */
  record Remote(String name, String folder) implements Serializable {}

  /**
   * Finds a model.
   *
   * @param text a name of {@link Interpolations}, or the URI of a run, a checkpoint or a model
   *     folder (one of {@link BundledModels} too), possibly with {@code NAME=} before it. After a
   *     run, {@code @best} stands for its best checkpoint by validation and {@code @STEP} for that
   *     of a step; without, it is the newest
   * @throws UserException (input) if there is no model
   */
  static ModelRef resolve(FileStore files, String text) throws IOException {
    if (Interpolations.has(text)) {
      return new ModelRef(text, "", Optional.empty(), 0, "");
    }
    Named named = Named.parse(text);
    if (ModelFolder.isModel(files, named.uri())) {
      return of(files, named.name(), named.uri(), Optional.empty());
    }
    if (BundledModels.isBundled(named.uri())) {
      throw UserException.input(
          named.uri() + ": no such model comes along. There is " + BundledModels.DEFAULT);
    }
    Matcher chosen = CHOSEN.matcher(named.uri());
    if (chosen.matches() && !files.exists(named.uri())) {
      return chosen(files, named.name(), chosen.group("run"), chosen.group("which"));
    }
    CheckpointStore checkpoints = new CheckpointStore(files, named.uri());
    Optional<Long> latest = checkpoints.latest();
    if (latest.isPresent()) {
      return of(files, named.name(), checkpoints.uri(latest.get()), Optional.of(named.uri()));
    }
    throw UserException.input(
        named.uri()
            + (files.exists(named.uri()) ? ": holds no model" : ": not found")
            + ". Name a run, a checkpoint or a folder with model.json and model.safetensors");
  }

  private static ModelRef chosen(FileStore files, String name, String run, String which)
      throws IOException {
    CheckpointStore checkpoints = new CheckpointStore(files, run);
    if (!which.equals("best")) {
      long step = checkpoints.state(Long.parseLong(which)).step();
      return of(files, name, checkpoints.uri(step), Optional.of(run));
    }
    Optional<CheckpointState> best = checkpoints.best();
    if (best.isEmpty()) {
      throw UserException.input(
          run
              + ": none of its checkpoints was scored while it was trained, so none is best. Name the"
              + " run alone, or train with train.validation.set");
    }
    return of(files, name, checkpoints.uri(best.get().step()), Optional.of(run));
  }

  /**
   * Finds a model that has weights.
   *
   * @param option where the text stands, for the error message
   * @throws UserException (input) if there is no model, (configuration) if it is built in
   */
  static ModelRef resolveNetwork(FileStore files, String option, String text) throws IOException {
    ModelRef model = resolve(files, text);
    if (model.builtIn()) {
      throw UserException.configuration(
          option + ": " + model.name() + " is no network. Name a run or a model folder");
    }
    return model;
  }

  /**
   * Finds models, in the order asked for.
   *
   * @throws UserException (input) if one is missing, (configuration) if two have the same name
   */
  static List<ModelRef> resolveAll(FileStore files, List<String> texts) throws IOException {
    List<ModelRef> models = new ArrayList<>();
    for (String text : texts) {
      models.add(resolve(files, text));
    }
    Named.requireDistinct("--model", models.stream().map(ModelRef::name).toList());
    return models;
  }

  /**
   * The enlargement of all models; 4 if all are built in.
   *
   * @throws UserException (configuration) if they differ
   */
  static int commonScale(List<ModelRef> models) {
    Set<Integer> scales = new LinkedHashSet<>();
    models.stream().filter(m -> !m.builtIn()).forEach(m -> scales.add(m.scale()));
    if (scales.size() > 1) {
      throw UserException.configuration(
          "--model: the models enlarge by different factors "
              + scales
              + ". Name models of one factor");
    }
    return scales.isEmpty() ? DEFAULT_SCALE : scales.iterator().next();
  }

  /** Whether it is an interpolation, not a network. */
  boolean builtIn() {
    return folder.isEmpty();
  }

  Remote remote() {
    return new Remote(name, folder);
  }

  private static ModelRef of(FileStore files, String name, String folder, Optional<String> run)
      throws IOException {
    int scale = ModelFolder.describe(files, folder).settings().scale();
    return new ModelRef(name, folder, run, scale, ModelFolder.fingerprint(files, folder));
  }

  /** A URI with a name: {@code NAME=URI}, or a URI whose last part is the name. */
  record Named(String name, String uri) {
    static Named parse(String text) {
      int equals = text.indexOf('=');
      boolean named = equals > 0 && text.substring(0, equals).matches("[\\w .+-]+");
      String uri = named ? text.substring(equals + 1) : text;
      String last = BundledModels.isBundled(uri) ? BundledModels.name(uri) : Uris.name(uri);
      return new Named(named ? text.substring(0, equals) : last, uri);
    }

    /**
     * Checks the names of one option's arguments.
     *
     * @throws UserException (configuration) naming the first that repeats
     */
    static void requireDistinct(String option, List<String> names) {
      Set<String> seen = new LinkedHashSet<>();
      for (String name : names) {
        if (!seen.add(name)) {
          throw UserException.configuration(
              option
                  + ": two are called '"
                  + name
                  + "'. Name them apart with "
                  + option
                  + " NAME=URI");
        }
      }
    }
  }
}
