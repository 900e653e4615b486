/** The Spark jobs: each makes one durable artefact out of another, and can be started again. */
package io.sparksr.jobs;
