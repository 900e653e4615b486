package io.sparksr.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  private static final Set<String> MIDDLE = Set.of("data", "collective", "nn", "evaluation");
  private static final Set<String> BELOW_TRAINING = with(MIDDLE, "core");
  private static final Set<String> BELOW_JOBS = with(BELOW_TRAINING, "training", "inference");

  private static final Map<String, Set<String>> ALLOWED =
      Map.of(
          "core", Set.of(),
          "data", Set.of("core"),
          "collective", Set.of("core"),
          "nn", Set.of("core"),
          "evaluation", Set.of("core"),
          "training", BELOW_TRAINING,
          "inference", BELOW_TRAINING,
          "jobs", BELOW_JOBS,
          "cli", with(BELOW_JOBS, "jobs"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("testkit"))
          .importPackages("io.sparksr");

  private static Set<String> with(Set<String> modules, String... more) {
    Set<String> union = new TreeSet<>(modules);
    union.addAll(List.of(more));
    return union;
  }

  private static String[] packages(Set<String> modules) {
    return modules.stream().map(module -> "io.sparksr." + module + "..").toArray(String[]::new);
  }

  static Set<String> modules() {
    return ALLOWED.keySet();
  }

  @Test
  void theRulesSeeTheProjectsClasses() {
    assertThat(CLASSES.contain("io.sparksr.core.UserException")).isTrue();
    assertThat(CLASSES.contain(Main.class)).isTrue();
    assertThat(CLASSES.contain(getClass())).isFalse();
  }

  @Test
  void everyClassIsInAModulesPackage() {
    classes().should().resideInAnyPackage(packages(ALLOWED.keySet())).check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("modules")
  void modulesDependLeftwardsOnly(String module) {
    Set<String> forbidden = new TreeSet<>(ALLOWED.keySet());
    forbidden.remove(module);
    forbidden.removeAll(ALLOWED.get(module));
    if (!forbidden.isEmpty()) {
      noClasses()
          .that()
          .resideInAPackage("io.sparksr." + module + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(packages(forbidden))
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void sparkStaysInJobsAndCli() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.sparksr.jobs..", "io.sparksr.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.spark..")
        .check(CLASSES);
  }

  @Test
  void djlStaysInNnTrainingInferenceAndJobs() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.sparksr.nn..",
            "io.sparksr.training..",
            "io.sparksr.inference..",
            "io.sparksr.jobs..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(CLASSES);
  }

  @Test
  void configurationLibraryStaysInItsPackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.sparksr.core.config..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.typesafe.config..")
        .check(CLASSES);
  }

  @Test
  void jacksonStaysInCodecs() {
    noClasses()
        .that(outermostNameDoesNotEndWith("Codec"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml.jackson..")
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> outermostNameDoesNotEndWith(String suffix) {
    return DescribedPredicate.describe(
        "are not inside a class named *" + suffix,
        type -> {
          JavaClass outermost = type;
          while (outermost.getEnclosingClass().isPresent()) {
            outermost = outermost.getEnclosingClass().get();
          }
          return !outermost.getSimpleName().endsWith(suffix);
        });
  }

  @Test
  void onlyMainEndsTheJvm() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Main.class.getName())
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(CLASSES);
  }
}
