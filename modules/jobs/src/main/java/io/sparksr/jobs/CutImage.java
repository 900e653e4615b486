package io.sparksr.jobs;

import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.data.CropPlace;
import io.sparksr.data.CropSampler;
import io.sparksr.data.Degradation;
import io.sparksr.data.Degradations;
import io.sparksr.data.IndexRow;
import io.sparksr.data.ShardRow;
import io.sparksr.data.ShardSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Cuts all crops of an image and degrades each. */
final class CutImage {
  private final FileStore files;
  private final ShardSettings settings;
  private final ImageDecoder decoder;
  private final CropSampler sampler;
  private final Degradation degradation;

  CutImage(FileStore files, ShardSettings settings) {
    this.files = files;
    this.settings = settings;
    this.decoder = new ImageDecoder(settings.maxPixels());
    this.sampler = new CropSampler(settings.seed(), settings.cropSize());
    this.degradation = Degradations.create(settings.degradation(), settings.scale());
  }

  /**
   * Reads, decodes and cuts.
   *
   * @return one row per crop, in the order of their numbers
   * @throws ImageException if the image can't be read, decoded, or is smaller than a crop
   */
  List<ShardRow> rows(IndexRow image) throws ImageException {
    int size = settings.cropSize();
    RgbImage whole = decode(image.uri());
    if (whole.width() < size || whole.height() < size) {
      throw new ImageException(
          Reason.TOO_SMALL,
          "has "
              + whole.width()
              + "x"
              + whole.height()
              + " pixels, where a crop has "
              + size
              + "x"
              + size);
    }
    List<ShardRow> rows = new ArrayList<>(settings.cropsPerImage());
    for (int crop = 0; crop < settings.cropsPerImage(); crop++) {
      CropPlace place = sampler.place(image.imageId(), crop, whole.width(), whole.height());
      RgbImage hr = whole.crop(place.left(), place.top(), size, size);
      RgbImage lr = degradation.apply(hr);
      rows.add(
          new ShardRow(image.imageId(), crop, place.left(), place.top(), hr.pixels(), lr.pixels()));
    }
    return rows;
  }

  private RgbImage decode(String uri) throws ImageException {
    byte[] bytes;
    try {
      bytes = files.readBytes(uri);
    } catch (IOException e) {
      throw new ImageException(Reason.UNREADABLE, e.toString(), e);
    }
    return decoder.decode(bytes);
  }
}
