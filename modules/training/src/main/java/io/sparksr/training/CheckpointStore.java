package io.sparksr.training;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Safetensors;
import io.sparksr.training.CheckpointState.SavedFile;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run: {@code checkpoints/step-NNNNNNNN/} with {@code model.safetensors} and
 * {@code model.json} (together a model folder), {@code optimizer.safetensors}, and {@code
 * state.json}, which is written last and makes the rest count.
 */
public final class CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final String PREFIX = "step-";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATE = "state.json";

  private final FileStore files;
  private final String folder;

  /** The checkpoints of the run in a folder, which need not exist yet. */
  public CheckpointStore(FileStore files, String runUri) {
    this.files = files;
    this.folder = Uris.child(runUri, "checkpoints");
  }

  /** The folder of the checkpoint after a number of steps; it is also a model folder. */
  public String uri(long step) {
    return Uris.child(folder, PREFIX + String.format("%08d", step));
  }

  /**
   * The newest complete checkpoint's step. Those that are broken or half written are skipped with a
   * warning.
   */
  public Optional<Long> latest() throws IOException {
    List<Long> steps = steps();
    for (int i = steps.size() - 1; i >= 0; i--) {
      Optional<String> problem = problem(steps.get(i));
      if (problem.isEmpty()) {
        return Optional.of(steps.get(i));
      }
      LOG.warn("checkpoint {} is skipped: {}", uri(steps.get(i)), problem.get());
    }
    return Optional.empty();
  }

  /** The newest step whose state can be read; unlike {@link #latest}, no file is checked. */
  public Optional<Long> newestComplete() throws IOException {
    List<CheckpointState> states = states();
    return states.isEmpty() ? Optional.empty() : Optional.of(states.get(states.size() - 1).step());
  }

  /**
   * The state of a checkpoint.
   *
   * @throws UserException (input) if there is no complete checkpoint of this step
   */
  public CheckpointState state(long step) throws IOException {
    Optional<String> problem = problem(step);
    if (problem.isPresent()) {
      throw UserException.input(
          uri(step) + ": " + problem.get() + ". Complete checkpoints are at steps " + steps());
    }
    return readState(step);
  }

  /**
   * What a checkpoint is written from.
   *
   * @param model the network's values
   * @param optimizer what else a resumed run needs
   * @param state without files
   */
  record Snapshot(
      List<NamedTensor> model,
      List<NamedTensor> optimizer,
      ModelDescription description,
      CheckpointState state) {}

  void save(Snapshot snapshot) throws IOException {
    String uri = uri(snapshot.state().step());
    List<SavedFile> saved = new ArrayList<>();
    saved.add(writeTensors(uri, ModelFolder.WEIGHTS, snapshot.model()));
    saved.add(writeTensors(uri, OPTIMIZER, snapshot.optimizer()));
    byte[] json = JsonCodec.document(snapshot.description());
    files.writeBytes(Uris.child(uri, ModelFolder.DESCRIPTION), json);
    saved.add(new SavedFile(ModelFolder.DESCRIPTION, json.length, Sha256.of(json)));
    files.writeBytes(Uris.child(uri, STATE), JsonCodec.document(snapshot.state().with(saved)));
  }

  void load(long step, TrainingStep training) throws IOException {
    String uri = uri(step);
    training.restore(
        readTensors(Uris.child(uri, ModelFolder.WEIGHTS)),
        readTensors(Uris.child(uri, OPTIMIZER)),
        step,
        uri);
  }

  /** Removes the checkpoints of later steps, to go on from this one. */
  public void removeAfter(long step) throws IOException {
    for (long later : steps()) {
      if (later > step) {
        remove(later);
      }
    }
  }

  /** Removes all but the newest and the best of those that are complete. */
  void retain(int newest, int best) throws IOException {
    List<CheckpointState> states = states();
    Set<Long> kept = new HashSet<>();
    states
        .subList(Math.max(0, states.size() - newest), states.size())
        .forEach(state -> kept.add(state.step()));
    ranked(states).limit(best).forEach(state -> kept.add(state.step()));
    for (CheckpointState state : states) {
      if (!kept.contains(state.step())) {
        remove(state.step());
      }
    }
  }

  /** The checkpoint with the best validation, if any was scored. */
  public Optional<CheckpointState> best() throws IOException {
    return ranked(states()).findFirst();
  }

  /** Those that were scored, the best first; of equal ones the earlier. */
  private static Stream<CheckpointState> ranked(List<CheckpointState> states) {
    return states.stream()
        .filter(state -> state.psnr().isPresent())
        .sorted(
            Comparator.comparingDouble((CheckpointState s) -> -s.psnr().getAsDouble())
                .thenComparingLong(CheckpointState::step));
  }

  /** The states that can be read, by ascending step; their files are not looked at. */
  private List<CheckpointState> states() throws IOException {
    List<CheckpointState> states = new ArrayList<>();
    for (long step : steps()) {
      try {
        states.add(readState(step));
      } catch (FileNotFoundException e) {
        LOG.debug("{} is not complete", uri(step));
      } catch (UserException e) {
        LOG.debug("{} is damaged", uri(step));
      }
    }
    return states;
  }

  private void remove(long step) throws IOException {
    // The state goes first: what is left of an interrupted removal must not look complete.
    files.delete(Uris.child(uri(step), STATE));
    files.delete(uri(step));
  }

  /** What is wrong with a checkpoint, if anything. */
  private Optional<String> problem(long step) throws IOException {
    CheckpointState state;
    try {
      state = readState(step);
    } catch (FileNotFoundException e) {
      return Optional.of("it is not complete (no " + STATE + ")");
    } catch (UserException e) {
      return Optional.of(STATE + " is damaged");
    }
    for (SavedFile file : state.files()) {
      String uri = Uris.child(uri(step), file.name());
      Optional<FileEntry> found = files.status(uri);
      if (found.isEmpty() || found.get().bytes() != file.bytes()) {
        return Optional.of(file.name() + " is missing or has another size");
      }
      if (!Sha256.of(files, uri).equals(file.sha256())) {
        return Optional.of(file.name() + " is damaged (its SHA-256 differs)");
      }
    }
    return Optional.empty();
  }

  private CheckpointState readState(long step) throws IOException {
    String uri = Uris.child(uri(step), STATE);
    return JsonCodec.parse(files.readBytes(uri), CheckpointState.class, uri);
  }

  /** All steps with a folder, complete or not, ascending. */
  private List<Long> steps() throws IOException {
    try {
      return files.list(folder).stream()
          .map(FileEntry::name)
          .filter(name -> name.matches(PREFIX + "\\d{8,18}"))
          .map(name -> Long.valueOf(name.substring(PREFIX.length())))
          .sorted()
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private SavedFile writeTensors(String uri, String name, List<NamedTensor> tensors)
      throws IOException {
    Sha256.Output out =
        Sha256.output(new BufferedOutputStream(files.create(Uris.child(uri, name)), 1 << 16));
    try (out) {
      Safetensors.write(out, tensors, Map.of("format", "pt"));
    }
    return new SavedFile(name, out.bytes(), out.sha256());
  }

  private Map<String, NamedTensor> readTensors(String uri) throws IOException {
    return Safetensors.read(files.readBytes(uri), uri);
  }
}
