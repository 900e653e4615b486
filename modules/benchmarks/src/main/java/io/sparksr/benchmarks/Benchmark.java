package io.sparksr.benchmarks;

import java.util.List;

/**
 * One benchmark as {@link AllBenchmarks} runs it, in a JVM of its own.
 *
 * @param name what selects it
 * @param title its heading
 * @param main its class
 * @param python modules that its Python program imports; none where there is no program
 * @param memory Java heap and limit of direct memory, as {@code -Xmx} and {@code
 *     -XX:MaxDirectMemorySize} take them
 * @param arguments of a run whose figures count, separated by blanks; {@code {work}} is an empty
 *     folder, {@code {images}} one of JPEGs, {@code {s3proxy}} the jar of the S3 server
 * @param quick arguments of a run that only shows that it works
 */
record Benchmark(
    String name,
    String title,
    Class<?> main,
    List<String> python,
    Memory memory,
    String arguments,
    String quick) {

  /** See {@link Benchmark#memory}. */
  record Memory(String heap, String direct) {
    static final Memory SMALL = new Memory("48m", "512m");
  }

  /** All of them, in the order of a training's and an enlargement's parts. */
  static List<Benchmark> all() {
    return List.of(
        new Benchmark(
            "kernels",
            "Kernels",
            KernelBenchmarks.class,
            List.of(),
            Memory.SMALL,
            "2 5 300",
            "1 1 50"),
        new Benchmark(
            "crops",
            "Crops of JPEGs with their reductions",
            CropsBenchmark.class,
            List.of("PIL"),
            new Memory("256m", "512m"),
            "{images} 5",
            "{images} 1"),
        new Benchmark(
            "index",
            "Indexing small files",
            IndexBenchmark.class,
            List.of(),
            new Memory("512m", "512m"),
            "{work} 20000",
            "{work} 500"),
        new Benchmark(
            "training-step",
            "A training step",
            TrainingStepBenchmark.class,
            List.of("torch"),
            Memory.SMALL,
            "6 3",
            "1 1"),
        new Benchmark(
            "srgan-step",
            "An SRGAN iteration",
            SrGanBenchmark.class,
            List.of("torch"),
            new Memory("48m", "1500m"),
            "6 1",
            "1 1"),
        new Benchmark(
            "memory",
            "Memory of a training step over many steps",
            MemoryBenchmark.class,
            List.of(),
            Memory.SMALL,
            "fp32 3000 16 2 8 32",
            "fp32 30 16 2 8 32"),
        new Benchmark(
            "all-reduce",
            "All-reduce",
            AllReduceBenchmark.class,
            List.of(),
            Memory.SMALL,
            "60 12 2 4",
            "3 1 2"),
        new Benchmark(
            "scaling",
            "Training by several processes",
            ScalingBenchmark.class,
            List.of(),
            Memory.SMALL,
            "3 9 1x2 1x1 2x1",
            "1 5 2x1"),
        new Benchmark(
            "scaling-model",
            "The model of clusters",
            ScalingModel.class,
            List.of(),
            Memory.SMALL,
            "",
            ""),
        new Benchmark(
            "metrics",
            "PSNR and SSIM",
            MetricsBenchmark.class,
            List.of("skimage"),
            Memory.SMALL,
            "20",
            "1 256 256"),
        new Benchmark(
            "network",
            "Enlarging: the network alone",
            UpscaleNetworkBenchmark.class,
            List.of("torch"),
            Memory.SMALL,
            "5",
            "1"),
        new Benchmark(
            "upscale",
            "Enlarging: the whole job on an object store",
            UpscaleJobBenchmark.class,
            List.of(),
            new Memory("1g", "512m"),
            "{s3proxy} {images} 24",
            "{s3proxy} {images} 2"));
  }
}
