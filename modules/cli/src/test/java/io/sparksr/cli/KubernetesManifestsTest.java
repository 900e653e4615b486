package io.sparksr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * Every field of the manifests exists where it stands and has the right type: Kubernetes' own
 * objects by the types that fabric8 generates from its API, the operator's and Volcano's by the
 * part of their definitions (v1beta2 and v1beta1) that the manifests use.
 */
class KubernetesManifestsTest {
  private static final Path KUBERNETES = Path.of("../../deploy/kubernetes");
  private static final ObjectMapper STRICT = strict();

  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "ServiceAccount", ServiceAccount.class,
          "Role", Role.class,
          "RoleBinding", RoleBinding.class,
          "Pod", Pod.class,
          "Queue", Queue.class,
          "SparkApplication", SparkApplication.class);

  record Queue(String apiVersion, String kind, ObjectMeta metadata, QueueSpec spec) {}

  record QueueSpec(int weight, boolean reclaimable, Map<String, Quantity> capability) {}

  record SparkApplication(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {}

  record Spec(
      ApplicationType type,
      Mode mode,
      String sparkVersion,
      String image,
      PullPolicy imagePullPolicy,
      String mainClass,
      String mainApplicationFile,
      List<String> arguments,
      RestartPolicy restartPolicy,
      String batchScheduler,
      BatchSchedulerOptions batchSchedulerOptions,
      Map<String, String> sparkConf,
      Driver driver,
      Executor executor) {}

  enum ApplicationType {
    Java,
    Scala,
    Python,
    R
  }

  enum Mode {
    cluster,
    client
  }

  enum PullPolicy {
    Always,
    IfNotPresent,
    Never
  }

  enum Restart {
    Never,
    Always,
    OnFailure
  }

  record RestartPolicy(Restart type, int onFailureRetries, int onFailureRetryInterval) {}

  record BatchSchedulerOptions(String queue) {}

  record Driver(
      int cores,
      String memory,
      String memoryOverhead,
      String serviceAccount,
      List<EnvVar> env,
      SecurityContext securityContext) {}

  record Executor(
      int instances,
      int cores,
      String memory,
      String memoryOverhead,
      Gpu gpu,
      Map<String, String> nodeSelector,
      List<Toleration> tolerations,
      SecurityContext securityContext) {}

  record Gpu(String name, int quantity) {}

  @Test
  void everyFieldIsOneOfItsKind() throws IOException {
    Set<String> seen = new HashSet<>();
    for (Map<String, Object> manifest : manifests()) {
      String kind = manifest.get("kind").toString();
      assertThat(KINDS).containsKey(kind);
      Object parsed = STRICT.convertValue(manifest, KINDS.get(kind));
      if (parsed instanceof SparkApplication application) {
        assertThat(application.spec().driver().cores()).isPositive();
        assertThat(application.spec().executor().instances()).isPositive();
      }
      seen.add(kind);
    }
    assertThat(seen).isEqualTo(KINDS.keySet());
  }

  @Test
  void misspeltFieldsAreFound() throws IOException {
    Map<String, String> changes =
        Map.of(
            "secretKeyRef:", "secretKeyref:",
            "allowPrivilegeEscalation:", "allowPrivilegesEscalation:",
            "memoryOverhead:", "memoryoverhead:",
            "tolerations:", "toleration:",
            "instances: 8", "instances: eight",
            "verbs:", "verb:",
            "restartPolicy:", "restartPolicies:");
    for (Map.Entry<String, String> change : changes.entrySet()) {
      List<Map<String, Object>> wrong = new ArrayList<>();
      for (Path file : files()) {
        String text = Files.readString(file);
        if (text.contains(change.getKey())) {
          wrong.addAll(parse(text.replace(change.getKey(), change.getValue())));
        }
      }
      assertThat(wrong).as(change.getValue()).isNotEmpty();
      assertThatThrownBy(
              () ->
                  wrong.forEach(
                      manifest ->
                          STRICT.convertValue(
                              manifest, KINDS.get(manifest.get("kind").toString()))))
          .as(change.getValue())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(change.getValue().replaceAll(":.*", ""));
    }
  }

  @Test
  void theDriversAccountIsBoundToPodsOfItsNamespaceAlone() throws IOException {
    Role role = one(Role.class);
    RoleBinding binding = one(RoleBinding.class);
    ServiceAccount account = one(ServiceAccount.class);
    assertThat(binding.getRoleRef().getName()).isEqualTo(role.getMetadata().getName());
    assertThat(binding.getSubjects())
        .singleElement()
        .satisfies(
            subject -> {
              assertThat(subject.getName()).isEqualTo(account.getMetadata().getName());
              assertThat(subject.getNamespace()).isEqualTo(account.getMetadata().getNamespace());
            });
    for (PolicyRule rule : role.getRules()) {
      assertThat(rule.getApiGroups()).containsExactly("");
      assertThat(rule.getResources()).doesNotContain("*", "secrets").contains("pods");
      assertThat(rule.getVerbs()).doesNotContain("*");
    }
    for (Map<String, Object> manifest : manifests()) {
      if (manifest.get("kind").equals("SparkApplication")) {
        SparkApplication application = STRICT.convertValue(manifest, SparkApplication.class);
        assertThat(application.spec().driver().serviceAccount())
            .isEqualTo(account.getMetadata().getName());
        assertThat(application.metadata().getNamespace())
            .isEqualTo(account.getMetadata().getNamespace());
      }
    }
  }

  private static <T> T one(Class<T> type) throws IOException {
    return manifests().stream()
        .filter(manifest -> type.equals(KINDS.get(manifest.get("kind").toString())))
        .map(manifest -> STRICT.convertValue(manifest, type))
        .reduce(
            (a, b) -> {
              throw new AssertionError("more than one " + type.getSimpleName());
            })
        .orElseThrow();
  }

  private static List<Map<String, Object>> manifests() throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Path file : files()) {
      all.addAll(parse(Files.readString(file)));
    }
    return all;
  }

  private static List<Map<String, Object>> parse(String yaml) {
    List<Map<String, Object>> parsed = new ArrayList<>();
    for (Object document : new Yaml().loadAll(yaml)) {
      @SuppressWarnings("unchecked") // A manifest is a mapping; a key that is no text fails later.
      Map<String, Object> manifest = (Map<String, Object>) document;
      parsed.add(manifest);
    }
    return parsed;
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> found = Files.list(KUBERNETES)) {
      return found.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  /** fabric8's types keep what they do not know in a map; here that is an error. */
  private static ObjectMapper strict() {
    return JsonMapper.builder()
        .annotationIntrospector(
            new JacksonAnnotationIntrospector() {
              @Override
              public Boolean hasAnySetter(Annotated annotated) {
                return Boolean.FALSE;
              }
            })
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .build();
  }
}
