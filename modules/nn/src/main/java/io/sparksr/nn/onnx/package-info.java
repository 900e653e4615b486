/** Networks as ONNX models, which other runtimes execute. */
package io.sparksr.nn.onnx;
