/** Files behind URIs, JSON documents and checksums. */
package io.sparksr.core.io;
