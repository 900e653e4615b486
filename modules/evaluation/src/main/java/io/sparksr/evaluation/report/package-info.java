/** Results of an evaluation as JSON, Markdown and a self-contained HTML page. */
package io.sparksr.evaluation.report;
