/**
 * Gives the memory of some bytes back at once; they are empty from then on.
 *
 * For bytes that stream through and are nobody else's: the garbage collector looks at them only when tens of megabytes have come
 * together.
 */
export function free(bytes: Uint8Array): void {
  const { buffer } = bytes;
  // Small buffers share one.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}
