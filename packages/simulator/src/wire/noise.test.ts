import { Curve, makeNoiseHandler, proto } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { createKeyPair } from '../crypto/curve.js';
import { silentBaileysLogger } from '../test-client.js';
import { createCertificateChain } from './certificate.js';
import { encodeFrame, NOISE_HEADER } from './frame.js';
import { NoiseResponder } from './noise.js';

const keys = { root: createKeyPair(), intermediate: createKeyPair(), noise: createKeyPair() };

/** The real client side, as far as its ClientFinish. */
function shakeHands() {
  const ephemeral = Curve.generateKeyPair();
  const clientStatic = Curve.generateKeyPair();
  const client = makeNoiseHandler({ keyPair: ephemeral, NOISE_HEADER, logger: silentBaileysLogger });
  const responder = new NoiseResponder(keys.noise, createCertificateChain(keys));
  const hello = proto.HandshakeMessage.encode({ clientHello: { ephemeral: ephemeral.public } }).finish();
  const answer = proto.HandshakeMessage.decode(responder.answer(hello));
  const sealedStatic = client.processHandshake(answer, clientStatic);
  const payload = client.encrypt(proto.ClientPayload.encode({ passive: true, device: 7 }).finish());
  const finish = proto.HandshakeMessage.encode({ clientFinish: { static: sealedStatic, payload } }).finish();
  return { client, responder, clientStatic, finish: Buffer.from(finish) };
}

describe('The Noise responder', () => {
  it('completes a handshake with the Baileys client and opens a channel both ways', async () => {
    const { client, responder, clientStatic, finish } = shakeHands();
    const { payload, clientStatic: seen, transport } = responder.finish(finish);
    await client.finishInit();
    expect(payload).toMatchObject({ passive: true, device: 7 });
    expect(seen).toEqual(Buffer.from(clientStatic.public));
    for (const text of ['one', 'two']) {
      expect(transport.decrypt(client.encrypt(Buffer.from(text))).toString()).toBe(text);
      expect(Buffer.from(client.decrypt(transport.encrypt(Buffer.from(text)))).toString()).toBe(text);
    }
  });

  it('refuses a ClientFinish that was tampered with', () => {
    const { responder, finish } = shakeHands();
    finish[finish.length - 1] = (finish.at(-1) ?? 0) ^ 1;
    expect(() => responder.finish(finish)).toThrow();
  });

  it('refuses frames out of order', async () => {
    const { client, responder, finish } = shakeHands();
    const { transport } = responder.finish(finish);
    await client.finishInit();
    client.encrypt(Buffer.from('lost'));
    const second = client.encrypt(Buffer.from('second'));
    expect(() => transport.decrypt(second)).toThrow();
  });

  it('refuses a hello without an ephemeral key', () => {
    const responder = new NoiseResponder(keys.noise, createCertificateChain(keys));
    expect(() => responder.answer(encodeFrame(Buffer.alloc(40)))).toThrow();
  });
});
