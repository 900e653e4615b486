package io.sparksr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.ImageLayout;
import io.sparksr.core.image.ImageMetadata;
import io.sparksr.core.image.ImageOpener;
import io.sparksr.core.image.ImageRows;
import io.sparksr.core.image.OutputFormat;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.image.RowEncoder;
import io.sparksr.nn.SuperResolutionNetwork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpscalePipelineTest {
  private static final PipelineSettings SMALL =
      new PipelineSettings(8, 3, OutputFormat.PNG, 90, 4 << 20);

  private final NDManager manager = NDManager.newBaseManager();
  private final SuperResolutionNetwork network = TestNetworks.create("msrresnet", manager);

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void everyImageHasThePixelsOfTheWholeImageInOnePiece() throws Exception {
    List<InMemory> images = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      images.add(new InMemory(ImageEncoder.png(TestNetworks.noise(9 + 7 * i, 60 - 3 * i))));
    }
    run(SMALL, images);
    for (InMemory image : images) {
      assertPixels(image);
      assertThat(image.tiles).isEqualTo(image.tilesTotal);
    }
    assertThat(images.get(11).tilesTotal).as("cut into tiles").isGreaterThan(20);
  }

  @Test
  void memoryForAFewRowsIsEnough() throws Exception {
    InMemory image = new InMemory(ImageEncoder.png(TestNetworks.noise(70, 120)));
    run(new PipelineSettings(40, 1, OutputFormat.PNG, 90, 1 << 16), List.of(image));
    assertPixels(image);
  }

  @Test
  void damageInTheMiddleFailsOneImageAlone() throws Exception {
    byte[] png = ImageEncoder.png(TestNetworks.noise(60, 200));
    InMemory good = new InMemory(png);
    InMemory cut = new InMemory(Arrays.copyOf(png, png.length * 3 / 4));
    InMemory none = new InMemory(new byte[0]);
    InMemory last = new InMemory(ImageEncoder.png(TestNetworks.noise(30, 30)));
    run(SMALL, List.of(cut, none, good, last));
    assertThat(cut.problem.reason()).isEqualTo(ImageException.Reason.TRUNCATED);
    assertThat(none.problem.reason()).isEqualTo(ImageException.Reason.EMPTY);
    assertPixels(good);
    assertPixels(last);
  }

  @Test
  void anInputThatCannotBeReadFailsAlone() throws Exception {
    InMemory good = new InMemory(ImageEncoder.png(TestNetworks.noise(20, 20)));
    InMemory unreadable =
        new InMemory(new byte[0]) {
          @Override
          public ImageRows open() throws IOException {
            throw new IOException("connection reset");
          }
        };
    run(SMALL, List.of(unreadable, good));
    assertThat(unreadable.problem.reason()).isEqualTo(ImageException.Reason.UNREADABLE);
    assertThat(unreadable.problem).hasMessage("java.io.IOException: connection reset");
    assertPixels(good);
  }

  @Test
  void manyDamagedImagesUseUpNoMemory() throws Exception {
    byte[] png = ImageEncoder.png(TestNetworks.noise(60, 200));
    List<InMemory> images = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      images.add(new InMemory(Arrays.copyOf(png, png.length / 8 + 1000 * i)));
    }
    images.add(new InMemory(png));
    run(new PipelineSettings(40, 1, OutputFormat.PNG, 90, 1 << 18), images);
    assertThat(images.subList(0, 20)).allMatch(image -> image.problem != null);
    assertPixels(images.get(20));
  }

  @Test
  void whatDoesNotFitBesideAnotherImageIsReadAlone() throws Exception {
    InMemory second =
        new InMemory(ImageEncoder.png(TestNetworks.noise(20, 20))) {
          private boolean isTriedBefore;

          @Override
          public ImageRows open() throws IOException, ImageException {
            if (!isTriedBefore) {
              isTriedBefore = true;
              throw new OutOfMemoryError("Java heap space");
            }
            return super.open();
          }
        };
    InMemory never =
        new InMemory(new byte[0]) {
          @Override
          public ImageRows open() {
            throw new OutOfMemoryError("Java heap space");
          }
        };
    InMemory good = new InMemory(ImageEncoder.png(TestNetworks.noise(30, 30)));
    run(SMALL, List.of(never, second, good));
    assertPixels(second);
    assertPixels(good);
    assertThat(never.problem).hasMessage("does not fit into memory");
    assertThat(never.problem.reason()).isEqualTo(Reason.BEYOND_MEMORY);
  }

  @Test
  void anOutputThatCannotBeWrittenEndsThePipeline() {
    List<InMemory> images = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      images.add(
          new InMemory(ImageEncoder.png(TestNetworks.noise(20, 20))) {
            @Override
            public OutputStream create() throws IOException {
              throw new IOException("the disk is full");
            }
          });
    }
    // So little memory that readers wait for writers.
    PipelineSettings tight = new PipelineSettings(8, 1, OutputFormat.PNG, 90, 1 << 15);
    assertThatThrownBy(() -> run(tight, images))
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full");
  }

  @Test
  void sixteenBitsStaySixteenAndAgreeWithEight() throws Exception {
    RgbImage eight = TestNetworks.noise(33, 21);
    byte[] wide = new byte[2 * eight.pixels().length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = eight.pixels()[i / 2]; // times 257
    }
    InMemory fine = new InMemory(png(new ImageLayout(33, 21, 3, false, 16), wide));
    InMemory coarse = new InMemory(ImageEncoder.png(eight));
    run(SMALL, List.of(fine, coarse));
    assertThat(fine.layout).isEqualTo(new ImageLayout(132, 84, 3, false, 16));
    short[] samples = samples(fine.written());
    short[] bytes = samples(coarse.written());
    for (int i = 0; i < samples.length; i++) {
      assertThat(Math.round((samples[i] & 0xFFFF) / 257.0)).isEqualTo(bytes[i]);
    }
  }

  @Test
  void grayAndAlphaAreKept() throws Exception {
    byte[] samples = new byte[2 * 25 * 19];
    new SplittableRandom(3).nextBytes(samples);
    InMemory image = new InMemory(png(new ImageLayout(25, 19, 1, true, 8), samples));
    run(SMALL, List.of(image));
    assertThat(image.layout).isEqualTo(new ImageLayout(100, 76, 1, true, 8));
    RgbImage lr = new ImageDecoder(1 << 20).decode(image.file);
    byte[] colours = whole(lr).pixels();
    short[] written = samples(image.written());
    for (int i = 0; i < written.length / 4; i++) {
      int red = colours[3 * i] & 0xFF;
      int green = colours[3 * i + 1] & 0xFF;
      int blue = colours[3 * i + 2] & 0xFF;
      int luma = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
      assertThat((int) written[4 * i]).isCloseTo(luma, within(1));
    }
  }

  @Test
  void tilesOfSeveralImagesShareABatch() throws Exception {
    List<InMemory> images = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      images.add(new InMemory(ImageEncoder.png(TestNetworks.noise(12, 10))));
    }
    List<Long> batches = new ArrayList<>();
    TileBatch counting =
        new TileBatch(
            network,
            manager,
            lr -> {
              batches.add(lr.getShape().get(0));
              return network.forward(lr, false);
            });
    new UpscalePipeline(
            network, counting, new PipelineSettings(64, 4, OutputFormat.PNG, 90, 1 << 24))
        .run(images.iterator());
    assertThat(batches.stream().mapToLong(Long::longValue).sum()).isEqualTo(32);
    assertThat(batches).contains(4L);
    for (InMemory image : images) {
      assertPixels(image);
    }
  }

  private void run(PipelineSettings settings, List<InMemory> images) throws IOException {
    new UpscalePipeline(network, new TileBatch(network, manager), settings).run(images.iterator());
  }

  private RgbImage whole(RgbImage lr) {
    return new TiledUpscaler(network, manager, 10_000, 1).upscaleToRgb(lr, (done, total) -> {});
  }

  /** Rounding may differ where the sum of floats does. */
  private void assertPixels(InMemory image) throws ImageException {
    assertThat(image.problem).isNull();
    ImageDecoder decoder = new ImageDecoder(1 << 24);
    byte[] expected = whole(decoder.decode(image.file)).pixels();
    byte[] actual = decoder.decode(image.written()).pixels();
    assertThat(actual).hasSameSizeAs(expected);
    int different = 0;
    for (int i = 0; i < expected.length; i++) {
      int difference = Math.abs((expected[i] & 0xFF) - (actual[i] & 0xFF));
      assertThat(difference).isLessThanOrEqualTo(1);
      different += difference;
    }
    assertThat(different).isLessThanOrEqualTo(expected.length / 10_000);
  }

  private static byte[] png(ImageLayout layout, byte[] rows) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (RowEncoder encoder = OutputFormat.PNG.encoder(file, layout, ImageMetadata.NONE, 90)) {
      encoder.write(rows, layout.height());
      encoder.finish();
    }
    return file.toByteArray();
  }

  private static short[] samples(byte[] file) throws IOException, ImageException {
    try (ImageRows rows = new ImageOpener(1 << 24).open(new ByteArrayInputStream(file))) {
      ImageLayout layout = rows.layout();
      short[] samples = new short[layout.width() * layout.height() * (layout.alpha() ? 4 : 3)];
      rows.read(samples, 0, layout.height());
      return samples;
    }
  }

  /** An image whose file and result are in memory. */
  private static class InMemory implements PipelineImage {
    final byte[] file;
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    volatile ImageException problem;
    volatile ImageLayout layout;
    volatile long tiles;
    volatile long tilesTotal;

    InMemory(byte[] file) {
      this.file = file;
    }

    byte[] written() {
      assertThat(layout).isNotNull();
      return out.toByteArray();
    }

    @Override
    public ImageRows open() throws IOException, ImageException {
      return new ImageOpener(1 << 24).open(new ByteArrayInputStream(file));
    }

    @Override
    public OutputStream create() throws IOException {
      return out;
    }

    @Override
    public void tilesDone(long done, long total) {
      tiles = done;
      tilesTotal = total;
    }

    @Override
    public void done(ImageLayout enlarged, ImageMetadata metadata) {
      assertThat(layout).as("done once").isNull();
      layout = enlarged;
    }

    @Override
    public void failed(ImageException reason) {
      assertThat(layout).isNull();
      problem = reason;
    }
  }
}
