/**
 * Super-resolution networks, losses and the optimizer on DJL's PyTorch engine, with parameters,
 * gradients and moments in flat buffers; model files.
 */
package io.sparksr.nn;
