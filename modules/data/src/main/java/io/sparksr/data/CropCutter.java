package io.sparksr.data;

import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.ImageHeader;
import io.sparksr.core.image.Orientation;
import io.sparksr.core.image.Region;
import io.sparksr.core.image.RegionDecoder;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Cuts all crops of an image, decoding no more of it than they need, and makes LR of each. */
public final class CropCutter implements AutoCloseable {
  private final FileStore files;
  private final ShardSettings settings;
  private final ImageDecoder decoder;
  private final RegionDecoder regions;
  private final CropSampler sampler;
  private final LrMaker lrMaker;

  /**
   * A cutter for one thread.
   *
   * @param files where images are
   */
  public CropCutter(FileStore files, ShardSettings settings) {
    this.files = files;
    this.settings = settings;
    this.decoder = new ImageDecoder(settings.maxPixels());
    this.regions = new RegionDecoder(decoder, settings.nativeJpeg());
    this.sampler = new CropSampler(settings.seed(), settings.cropSize());
    this.lrMaker = new LrMaker(settings);
  }

  /**
   * Reads, decodes and cuts.
   *
   * @return one row per crop, in the order of their numbers
   * @throws ImageException if the image can't be read, decoded, or is smaller than a crop
   */
  public List<ShardRow> rows(IndexRow image) throws ImageException {
    byte[] bytes = read(image);
    ImageHeader header = decoder.header(bytes);
    Orientation orientation = new Orientation(image.orientation());
    List<Region> places = places(image.imageId(), header, orientation);
    List<Region> stored =
        places.stream()
            .map(place -> orientation.stored(place, header.width(), header.height()))
            .toList();
    List<RgbImage> crops = regions.regions(bytes, header, stored);
    List<ShardRow> rows = new ArrayList<>(crops.size());
    for (int crop = 0; crop < crops.size(); crop++) {
      Region place = places.get(crop);
      RgbImage hr = orientation.upright(crops.get(crop));
      RgbImage lr = lrMaker.lr(hr, image.imageId(), crop);
      rows.add(
          new ShardRow(image.imageId(), crop, place.left(), place.top(), hr.pixels(), lr.pixels()));
    }
    return rows;
  }

  /** Places in the upright image. */
  private List<Region> places(String imageId, ImageHeader header, Orientation orientation)
      throws ImageException {
    int size = settings.cropSize();
    int width = orientation.swapsSides() ? header.height() : header.width();
    int height = orientation.swapsSides() ? header.width() : header.height();
    if (width < size || height < size) {
      throw new ImageException(
          Reason.TOO_SMALL,
          "has " + width + "x" + height + " pixels, where a crop has " + size + "x" + size);
    }
    List<Region> places = new ArrayList<>(settings.cropsPerImage());
    for (int crop = 0; crop < settings.cropsPerImage(); crop++) {
      CropPlace place = sampler.place(imageId, crop, width, height);
      places.add(new Region(place.left(), place.top(), size, size));
    }
    return places;
  }

  private byte[] read(IndexRow image) throws ImageException {
    try {
      return files.readBytes(image.uri(), image.bytes());
    } catch (IOException e) {
      throw new ImageException(Reason.UNREADABLE, e.toString(), e);
    }
  }

  @Override
  public void close() {
    regions.close();
  }
}
