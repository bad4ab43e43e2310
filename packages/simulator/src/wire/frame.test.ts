import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader, NOISE_HEADER } from './frame.js';

const payload = Buffer.from('hello');

describe('The frame reader', () => {
  it('returns frames whole, however the bytes were split', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 50 })),
        (payloads, cuts) => {
          const stream = Buffer.concat([NOISE_HEADER, ...payloads.map(encodeFrame)]);
          const reader = new FrameReader();
          const frames: Buffer[] = [];
          let offset = 0;
          for (const cut of [...cuts, stream.length]) {
            frames.push(...reader.read(stream.subarray(offset, offset + cut)));
            offset += cut;
          }
          expect(frames).toEqual(payloads.map((bytes) => Buffer.from(bytes)));
        },
      ),
    );
  });

  it('skips the edge-routing intro of a client that was given routing info', () => {
    const intro = Buffer.concat([Buffer.from('ED'), Buffer.of(0, 1, 0, 0, 3), Buffer.from('abc')]);
    const stream = Buffer.concat([intro, NOISE_HEADER, encodeFrame(payload)]);
    expect(new FrameReader().read(stream)).toEqual([payload]);
  });

  it('refuses a stream that opens with something else', () => {
    expect(() => new FrameReader().read(Buffer.from('GET / HTTP/1.1'))).toThrow('WA header');
  });
});
