/** The command line: options, progress, exit codes. What the commands do is in the jobs. */
package io.sparksr.cli;
