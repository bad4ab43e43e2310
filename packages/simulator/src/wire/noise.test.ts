import { Curve, makeNoiseHandler, proto } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { createKeyPair } from '../crypto/curve.js';
import { silentBaileysLogger } from '../test-client.js';
import { TestInitiator } from '../test-initiator.js';
import { createCertificateChain, isCertificateChainValid } from './certificate.js';
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
  const answer = proto.HandshakeMessage.decode(responder.answer(hello).serverHello);
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

describe('A client that comes back', () => {
  const chain = createCertificateChain(keys);
  const clientStatic = createKeyPair();

  function expectOpen(
    channel: ReturnType<TestInitiator['read']>['channel'],
    result: ReturnType<NoiseResponder['finish']> | undefined,
  ) {
    if (!result) throw new Error('The handshake is not finished.');
    expect(result.clientStatic).toEqual(clientStatic.public);
    expect(result.payload).toMatchObject({ passive: false, device: 3 });
    for (const text of ['one', 'two']) {
      expect(result.transport.decrypt(channel.encrypt(Buffer.from(text))).toString()).toBe(text);
      expect(channel.decrypt(result.transport.encrypt(Buffer.from(text))).toString()).toBe(text);
    }
    expect(isCertificateChainValid(channel.certificateChain, keys.root.public, keys.noise.public)).toBe(true);
  }

  it('resumes by IK: the first frame says all', () => {
    const initiator = new TestInitiator({ passive: false, device: 3 }, clientStatic);
    const { serverHello, result } = new NoiseResponder(keys.noise, chain).answer(
      initiator.hello(keys.noise.public),
    );
    const { channel, finish } = initiator.read(serverHello);
    expect(finish).toBeUndefined();
    expectOpen(channel, result);
  });

  it('is met by XXfallback when the server has another static key meanwhile', () => {
    const initiator = new TestInitiator({ passive: false, device: 3 }, clientStatic);
    const responder = new NoiseResponder(keys.noise, chain);
    const { serverHello, result } = responder.answer(initiator.hello(createKeyPair().public));
    expect(result).toBeUndefined();
    const { channel, finish } = initiator.read(serverHello);
    expect(channel.serverStatic).toEqual(keys.noise.public);
    expectOpen(channel, responder.finish(finish ?? Buffer.alloc(0)));
  });

  it('does plain XX when it remembers nothing', () => {
    const initiator = new TestInitiator({ passive: false, device: 3 }, clientStatic);
    const responder = new NoiseResponder(keys.noise, chain);
    const { channel, finish } = initiator.read(responder.answer(initiator.hello()).serverHello);
    expectOpen(channel, responder.finish(finish ?? Buffer.alloc(0)));
  });
});
