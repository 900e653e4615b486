package io.sparksr.data;

import java.io.Serializable;

/**
 * One input that is not used, with the reason.
 *
 * @param uri where it is
 * @param imageId its path relative to the input's root
 * @param reason the label of an {@link io.sparksr.core.image.ImageException.Reason}
 * @param detail what was found
 */
public record RejectedRow(String uri, String imageId, String reason, String detail)
    implements Serializable {}
