import { createHash } from 'node:crypto';
import { Curve } from '@whiskeysockets/baileys';
import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator } from './simulator.js';
import { bytesOf, childOf, childrenOf, type Stanza, stanza } from './stanza/node.js';
import { connectedClients, pairedClient, type TestClient } from './test-client.js';
import { nonsense, slips } from './test-nonsense.js';
import { RawClient } from './test-raw-client.js';
import { encodeFrame, NOISE_HEADER } from './wire/frame.js';

const ANN = '15550100001';
const BOB = '15550100002';
const VERA = '15550100003';

let simulator: Simulator;
let bystander: TestClient;
let warnings: string[];
const unhandled = vi.fn();

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  unhandled.mockClear();
  process.on('unhandledRejection', unhandled);
  warnings = [];
  const logger = { info: () => {}, warn: (text: string) => warnings.push(text) };
  simulator = await createSimulator({ receiptDelayMs: 1, logger });
  bystander = await pairedClient(simulator, BOB, 'Bob');
});

afterEach(async () => {
  process.off('unhandledRejection', unhandled);
  for (const client of connectedClients) client.disconnect();
  await simulator.close();
});

/** Whoever did not misbehave noticed nothing: still connected, still reachable, and in possession of all it had. */
async function expectUntouched(): Promise<void> {
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  await vera.send(BOB, 'are you there?');
  await bystander.message('are you there?');
  await bystander.send(vera.jid, 'yes');
  await vera.waitForMessage(({ text }) => text === 'yes');
  expect(simulator.account(BOB).devices).toMatchObject([{ id: 1, connected: true, connectionsOpened: 1 }]);
  expect(unhandled).not.toHaveBeenCalled();
}

const identity = Curve.generateKeyPair();
const noiseKey = Buffer.alloc(32, 3);

function codeQuery(stage: string, content: Stanza[]): Stanza {
  const attributes = { jid: `${ANN}@s.whatsapp.net`, stage };
  const registration = stanza('link_code_companion_reg', attributes, content);
  return stanza('iq', { type: 'set', xmlns: 'md', id: stage }, [registration]);
}

/** A registration as a new client makes it. */
function registration(): proto.IClientPayload {
  const signed = Curve.generateKeyPair();
  return {
    passive: false,
    devicePairingData: {
      buildHash: createHash('md5').update('2.3000.1').digest(),
      eIdent: identity.public,
      eKeytype: Buffer.of(5),
      eRegid: Buffer.of(0, 0, 1, 2),
      eSkeyId: Buffer.of(0, 0, 1),
      eSkeyVal: signed.public,
      eSkeySig: Buffer.alloc(64),
    },
  };
}

const someBytes = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes));

describe('A client that breaks the protocol', () => {
  it('is cut off at the first bytes that are no frame of a handshake, and nobody else is', async () => {
    await fc.assert(
      fc.asyncProperty(someBytes, fc.boolean(), async (bytes, hasHeader) => {
        const client = await RawClient.dial(simulator.endpoint.ws);
        client.send(
          hasHeader
            ? Buffer.concat([NOISE_HEADER, encodeFrame(bytes)])
            : Buffer.concat([Buffer.of(0), bytes, Buffer.alloc(4)]),
        );
        await client.closed;
        expect(client.received).toEqual([]);
      }),
      { numRuns: 100 },
    );
    await expectUntouched();
  });

  it('is cut off without a word after a frame that cannot be decrypted', async () => {
    await fc.assert(
      fc.asyncProperty(someBytes, async (bytes) => {
        const client = await RawClient.open(simulator.endpoint.ws, registration());
        await client.until(({ tag }) => tag === 'iq');
        client.send(encodeFrame(bytes));
        await client.closed;
        expect(client.received.map(({ tag }) => tag)).toEqual(['iq']);
      }),
      { numRuns: 60 },
    );
    await expectUntouched();
  });

  it('hears that its stanza is not well-formed', async () => {
    await fc.assert(
      fc.asyncProperty(someBytes, async (bytes) => {
        const client = await RawClient.open(simulator.endpoint.ws, registration());
        client.sendSealed(Buffer.concat([Buffer.of(0, 247), bytes]));
        await client.closed;
        expect(client.received.at(-1)).toMatchObject({
          tag: 'stream:error',
          content: [{ tag: 'xml-not-well-formed' }],
        });
      }),
      { numRuns: 60 },
    );
    await expectUntouched();
  });

  it('is refused when what it says of itself is garbage', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ username: fc.nat(), device: fc.nat(200) }),
        someBytes,
        async (login, bytes) => {
          const stranger = await RawClient.open(simulator.endpoint.ws, login);
          expect(await stranger.until(({ tag }) => tag === 'failure')).toMatchObject({
            attrs: { reason: '401' },
          });
          await stranger.closed;
          const odd = await RawClient.open(simulator.endpoint.ws, {
            devicePairingData: { eIdent: bytes, deviceProps: bytes },
          });
          await odd.until(({ tag }) => tag === 'iq');
          odd.close();
        },
      ),
      { numRuns: 40 },
    );
    await expectUntouched();
  });

  it('is cut off or refused when its payload is no protobuf', async () => {
    await fc.assert(
      fc.asyncProperty(someBytes, async (bytes) => {
        const client = await RawClient.open(simulator.endpoint.ws, bytes);
        await client.closed;
        expect(client.received.every(({ tag }) => tag === 'failure')).toBe(true);
      }),
      { numRuns: 40 },
    );
    await expectUntouched();
  });

  it('is not linked when it signs with garbage, or answers a code with it', async () => {
    await fc.assert(
      fc.asyncProperty(someBytes, async (bytes) => {
        const client = await RawClient.open(simulator.endpoint.ws, registration());
        const offer = await client.until(({ tag }) => tag === 'iq');
        const [ref] = childrenOf(childOf(offer, 'pair-device'), 'ref').map((child) =>
          bytesOf(child)?.toString(),
        );
        const keys = [noiseKey, identity.public, Buffer.alloc(32, 1)].map((key) =>
          Buffer.from(key).toString('base64'),
        );
        const scanned = simulator.scan([ref, ...keys, '1'].join(), { phone: ANN });
        const success = await client.until((said) => childOf(said, 'pair-success') !== undefined);
        client.sendStanza(
          stanza('iq', { type: 'result', id: success?.attrs.id }, [
            stanza('pair-device-sign', {}, [stanza('device-identity', { 'key-index': 1 }, bytes)]),
          ]),
        );
        await expect(scanned).rejects.toMatchObject({ code: 'PAIRING_REFUSED' });
        await client.closed;
      }),
      { numRuns: 20 },
    );
    await fc.assert(
      fc.asyncProperty(someBytes, async (bytes) => {
        const client = await RawClient.open(simulator.endpoint.ws, registration());
        client.sendStanza(
          codeQuery('companion_hello', [
            stanza('link_code_pairing_wrapped_companion_ephemeral_pub', {}, Buffer.alloc(80, bytes[0])),
            stanza('companion_server_auth_key_pub', {}, noiseKey),
            stanza('companion_platform_id', {}, Buffer.from('1')),
            stanza('companion_platform_display', {}, Buffer.from('Chrome (Linux)')),
          ]),
        );
        const answer = await client.until(({ attrs }) => attrs.id === 'companion_hello');
        const ref = bytesOf(childOf(answer, 'link_code_companion_reg'), 'link_code_pairing_ref');
        const entered = simulator.enterCode('ABCD1234', { phone: ANN });
        await client.until(({ tag }) => tag === 'notification');
        client.sendStanza(
          codeQuery('companion_finish', [
            stanza('link_code_pairing_wrapped_key_bundle', {}, bytes),
            stanza('link_code_pairing_ref', {}, ref),
          ]),
        );
        await expect(entered).rejects.toMatchObject({ code: 'CODE_WRONG' });
        client.close();
        await client.closed;
      }),
      { numRuns: 20 },
    );
    expect(simulator.account(ANN).devices).toEqual([]);
    await expectUntouched();
  });

  it('may say what it likes before it is linked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nonsense, { minLength: 1, maxLength: 10 }), async (stanzas) => {
        const client = await RawClient.open(simulator.endpoint.ws, registration());
        for (const said of stanzas) client.sendStanza(said);
        client.sendStanza(stanza('iq', { type: 'get', xmlns: 'w:p', id: 'still-there' }));
        await client.until(({ attrs }) => attrs.id === 'still-there');
        expect(client.isOpen).toBe(true);
        client.close();
      }),
      { numRuns: 40 },
    );
    await expectUntouched();
  });

  it('may say what it likes when it is linked: it breaks nobody and nothing', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const { noiseKey } = ann.auth.creds;
    const staticKey = { public: Buffer.from(noiseKey.public), private: Buffer.from(noiseKey.private) };
    ann.disconnect();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(nonsense, slips), { minLength: 5, maxLength: 40 }),
        async (stanzas) => {
          const login = { username: Number(ANN), device: 1, passive: false };
          const client = await RawClient.open(simulator.endpoint.ws, login, staticKey);
          for (const said of stanzas) client.sendStanza(said);
          client.sendStanza(stanza('iq', { type: 'get', xmlns: 'w:p', id: 'still-there' }));
          expect(await client.until(({ attrs }) => attrs.id === 'still-there')).toBeDefined();
          client.close();
        },
      ),
      { numRuns: 60 },
    );
    expect(warnings.filter((text) => text.includes('broke the protocol'))).toEqual([]);
    await expectUntouched();
  }, 60_000);
});
