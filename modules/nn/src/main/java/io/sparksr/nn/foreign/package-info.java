/**
 * Weights of other programs: PyTorch checkpoints, NumPy archives, safetensors. Files are read as
 * data from strangers: nothing in them is executed, and what they may cost is bounded.
 */
package io.sparksr.nn.foreign;
