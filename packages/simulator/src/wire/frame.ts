const WA_HEADER = Buffer.of(0x57, 0x41, 6, 3); // 'WA', protocol 6, dictionary version 3
const LENGTH_BYTES = 3;
const INTRO_PREFIX_BYTES = 7; // 'E' 'D' 00 01 and a three-byte length

/** What a client opens its stream with; the handshake authenticates it, so it must be kept byte for byte. */
export const NOISE_HEADER: Buffer = WA_HEADER;

/** Puts the three-byte length before a payload: the form of every frame in both directions. */
export function encodeFrame(payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + payload.length);
  frame.writeUIntBE(payload.length, 0, LENGTH_BYTES);
  frame.set(payload, LENGTH_BYTES);
  return frame;
}

/**
 * Cuts what a client sends back into frames, however the WebSocket messages were split.
 *
 * The stream opens with an optional edge-routing intro (`ED 00 01 | length | routing info`) and the
 * four-byte WA header, once; after that come frames only. A stream that opens with anything else throws.
 */
export class FrameReader {
  #buffered: Buffer = Buffer.alloc(0);
  #isOpened = false;

  /** Takes the next bytes and returns the frames they complete, in order. */
  read(chunk: Uint8Array): Buffer[] {
    this.#buffered =
      this.#buffered.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#buffered, chunk]);
    if (!this.#isOpened && !this.#readOpening()) return [];
    const frames: Buffer[] = [];
    for (let frame = this.#take(); frame; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #readOpening(): boolean {
    if (this.#buffered.length < WA_HEADER.length) return false;
    if (this.#buffered.toString('latin1', 0, 2) === 'ED') {
      if (this.#buffered.length < INTRO_PREFIX_BYTES) return false;
      const introBytes = INTRO_PREFIX_BYTES + this.#buffered.readUIntBE(4, LENGTH_BYTES);
      if (this.#buffered.length < introBytes + WA_HEADER.length) return false;
      this.#buffered = this.#buffered.subarray(introBytes);
    }
    if (!this.#buffered.subarray(0, WA_HEADER.length).equals(WA_HEADER)) {
      throw new Error('The stream does not open with the WA header.');
    }
    this.#buffered = this.#buffered.subarray(WA_HEADER.length);
    this.#isOpened = true;
    return true;
  }

  #take(): Buffer | undefined {
    if (this.#buffered.length < LENGTH_BYTES) return undefined;
    const end = LENGTH_BYTES + this.#buffered.readUIntBE(0, LENGTH_BYTES);
    if (this.#buffered.length < end) return undefined;
    const frame = this.#buffered.subarray(LENGTH_BYTES, end);
    this.#buffered = this.#buffered.subarray(end);
    return frame;
  }
}
