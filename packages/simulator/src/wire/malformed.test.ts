import { deflateSync } from 'node:zlib';
import { encodeBinaryNode } from '@whiskeysockets/baileys/lib/WABinary/index.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyPair } from '../crypto/curve.js';
import { type Stanza, stanza } from '../stanza/node.js';
import { TestInitiator } from '../test-initiator.js';
import { createCertificateChain } from './certificate.js';
import { decodeStanza } from './decode.js';
import { encodeFrame, FrameReader, NOISE_HEADER } from './frame.js';
import { NoiseResponder } from './noise.js';

const keys = { root: createKeyPair(), intermediate: createKeyPair(), noise: createKeyPair() };
const chain = createCertificateChain(keys);

const sample = encodeBinaryNode(
  stanza('message', { id: '3EB0C0FFEE', to: '15550100002@s.whatsapp.net', type: 'text' }, [
    stanza('participants', {}, [
      stanza('to', { jid: '900000000001:2@lid' }, [
        stanza('enc', { v: 2, type: 'pkmsg' }, Buffer.alloc(40, 7)),
      ]),
    ]),
    stanza('device-identity', {}, Buffer.alloc(300, 9)),
  ]),
);

/** A well-formed thing with some of its bytes changed, cut or added. */
function mutated(original: Uint8Array): fc.Arbitrary<Buffer> {
  const edit = fc.tuple(fc.nat(original.length - 1), fc.nat(255), fc.constantFrom('set', 'cut', 'insert'));
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
    let bytes = Buffer.from(original);
    for (const [at, value, what] of edits) {
      const index = Math.min(at, bytes.length);
      if (what === 'cut') bytes = bytes.subarray(0, index);
      else if (what === 'insert')
        bytes = Buffer.concat([bytes.subarray(0, index), Buffer.of(value), bytes.subarray(index)]);
      else if (index < bytes.length) bytes[index] = value;
    }
    return bytes;
  });
}

const anyBytes = fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes));

/** Either an Error, or the result. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return undefined;
  }
}

function expectWhole({ tag, attrs, content }: Stanza): void {
  expect(typeof tag).toBe('string');
  for (const value of Object.values(attrs)) expect(typeof value).toBe('string');
  if (Array.isArray(content)) for (const child of content) expectWhole(child);
}

describe('Bytes that mean nothing', () => {
  it('are refused by the stanza decoder with an error, or are a whole stanza that can be sent on', () => {
    let decoded = 0;
    fc.assert(
      fc.property(fc.oneof(anyBytes, mutated(sample)), (bytes) => {
        const found = attempt(() => decodeStanza(bytes));
        if (!found) return;
        decoded += 1;
        expectWhole(found);
        expect(decodeStanza(Buffer.from(encodeBinaryNode(found))).tag).toBe(found.tag);
      }),
      { numRuns: 70_000 },
    );
    expect(decoded).toBeGreaterThan(1_000);
  }, 60_000);

  it('do not unfold into more than there is room for', () => {
    const bomb = Buffer.concat([Buffer.of(2), deflateSync(Buffer.alloc(64 * 1024 * 1024))]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => decodeStanza(bomb)).toThrow();
    const nested = Buffer.concat([Buffer.of(0), Buffer.alloc(60_000, Buffer.of(248, 2, 5, 248, 1))]);
    expect(() => decodeStanza(nested)).toThrow();
  });

  it('come out of the frame reader as they went in, or not at all', () => {
    fc.assert(
      fc.property(anyBytes, fc.boolean(), (bytes, hasHeader) => {
        const stream = hasHeader ? Buffer.concat([NOISE_HEADER, bytes]) : bytes;
        const frames = attempt(() => new FrameReader().read(stream));
        if (!hasHeader || !frames) return;
        const read = Buffer.concat(frames.map(encodeFrame));
        expect(bytes.subarray(0, read.length)).toEqual(read);
      }),
      { numRuns: 25_000 },
    );
  }, 60_000);

  it('are refused by the handshake with an error', () => {
    const payload = { passive: true, device: 1 };
    const hellos = [new TestInitiator(payload).hello(), new TestInitiator(payload).hello(keys.noise.public)];
    fc.assert(
      fc.property(fc.oneof(anyBytes, ...hellos.map(mutated)), anyBytes, (hello, finish) => {
        const responder = new NoiseResponder(keys.noise, chain);
        const answer = attempt(() => responder.answer(hello));
        if (answer && !answer.result) expect(() => responder.finish(finish)).toThrow();
      }),
      { numRuns: 5_000 },
    );
  }, 60_000);
});
